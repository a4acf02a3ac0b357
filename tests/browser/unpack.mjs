// Unpacks the Chromium of @sparticuz/chromium into the folder named by TMPDIR: the browser, the libraries that a bare
// machine lacks, its software renderer and a few fonts.
import { inflate } from "@sparticuz/chromium";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const packed = join(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")), "..", "bin");
for (const name of ["chromium.br", "al2023.tar.br", "fonts.tar.br", "swiftshader.tar.br"]) {
  console.log(await inflate(join(packed, name)));
}
