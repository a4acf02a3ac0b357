// Before anything is drawn: what may be folded away is folded from the start, without a jump.
document.documentElement.classList.add("js", "govuk-frontend-supported");
