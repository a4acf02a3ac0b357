-- The nightly check of the log: every chain walked inside the database, held against the anchors that lie outside it, and
-- the answer kept. The worker has the web role and may not read the log: this tells it numbers of chains and entries,
-- and nothing of what they say. `unread` are lines of the anchors that cannot be read (0: the whole file). That anchors are
-- fewer than at the last check that held is said, for without them a cut tail does not show. `leeward audit verify` does the same outside SQL, for who distrusts the database.
DROP FUNCTION IF EXISTS audit_check(bigint[], bigint[], text[]);
CREATE OR REPLACE FUNCTION audit_check(
  chains bigint[], seqs bigint[], hashes text[], unread bigint[] DEFAULT '{}'
) RETURNS TABLE (
  entries bigint, walked bigint, broken text[]
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  found text[];
  many bigint;
  chained bigint;
  anchored int := COALESCE(cardinality(chains), 0);
  before int;
BEGIN
  WITH walked AS (
    SELECT e.chain, e.seq, e.hash, lag(e.seq, 1, 0::bigint) OVER w AS before_seq,
           lag(e.hash, 1, sha256(e.chain::text::bytea)) OVER w AS before,
           audit_content(e.chain, e.seq, e.at, e.partnership_id, e.user_id, e.organisation_id, e.action, e.subject_kind,
                         e.subject_id, e.person_id, e.listed, e.detail) AS content
      FROM access_auditentry e WINDOW w AS (PARTITION BY e.chain ORDER BY e.seq)
  ), judged AS (
    SELECT w.chain, w.seq, CASE WHEN w.seq <> w.before_seq + 1 THEN format('chain %s: entry %s is missing', w.chain, w.before_seq + 1)
                WHEN w.hash <> sha256(w.before || convert_to(w.content, 'UTF8'))
                THEN format('chain %s: entry %s was changed', w.chain, w.seq) END AS words
      FROM walked w
  ), lasts AS (
    SELECT DISTINCT ON (e.chain) e.chain, e.seq, e.hash FROM access_auditentry e ORDER BY e.chain, e.seq DESC
  ), said AS (
    SELECT j.words, j.chain, j.seq FROM judged j WHERE j.words IS NOT NULL
    UNION ALL
    SELECT format('chain %s: its head says %s entries, it has %s', h.chain, h.seq, COALESCE(l.seq, 0)), h.chain, h.seq
      FROM access_chainhead h LEFT JOIN lasts l ON l.chain = h.chain
     WHERE h.seq > 0 AND (l.seq IS DISTINCT FROM h.seq OR l.hash IS DISTINCT FROM h.hash)
    UNION ALL
    SELECT CASE WHEN e.id IS NULL THEN format('chain %s: entry %s was anchored and is gone', a.chain, a.seq)
                ELSE format('chain %s: entry %s is not what was anchored', a.chain, a.seq) END, a.chain, a.seq
      FROM unnest(chains, seqs, hashes) AS a(chain, seq, hash)
      LEFT JOIN access_auditentry e ON e.chain = a.chain AND e.seq = a.seq
     WHERE e.id IS NULL OR encode(e.hash, 'hex') <> a.hash
  )
  SELECT (SELECT count(*) FROM judged), (SELECT count(*) FROM lasts),
         COALESCE((SELECT array_agg(s.words ORDER BY s.chain, s.seq) FROM (SELECT * FROM said ORDER BY chain, seq LIMIT 50) s), '{}')
    INTO many, chained, found;
  SELECT c.anchors INTO before FROM access_auditcheck c WHERE c.broken = '{}' ORDER BY c.at DESC, c.id DESC LIMIT 1;
  IF anchored < before THEN
    found := format('there were %s anchors, there are %s', before, anchored) || found;
  END IF;
  found := (SELECT COALESCE(array_agg(CASE WHEN line = 0 THEN 'the file of the anchors cannot be read'
                                           ELSE format('line %s of the anchors cannot be read', line) END), '{}')
              FROM (SELECT u.line FROM unnest(unread) AS u(line) LIMIT 50) lines) || found;
  INSERT INTO access_auditcheck (id, at, entries, chains, anchors, broken)
    VALUES (new_id(), clock_timestamp(), many, chained, anchored, found);
  RETURN QUERY SELECT many, chained, found;
END $$;
