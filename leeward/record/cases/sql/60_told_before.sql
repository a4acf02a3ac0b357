-- Something that stands in a case was corrected: whoever could read it and has no sight of that part any more is told,
-- as their share was made out (an organisation, a team, a named user), in words that open nothing. Whoever sees it still
-- reads the line of the chronology. Who was told of an earlier correction of it is told again.
CREATE OR REPLACE FUNCTION cases_tell_ended(
  which bigint, kind text, about bigint, other bigint, since timestamptz, in_words text, to_ring text
) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  told integer;
BEGIN
  IF NOT cases_acting_sees(which, 3) THEN
    RETURN 0;
  END IF;
  INSERT INTO people_claimnotice (id, claim_id, about_kind, about_id, person_id, other_id, organisation_id, team_id, user_id,
      words, ring, made_at)
  WITH had AS (
    SELECT i.organisation_id, i.team_id, i.user_id, COALESCE(LEAST(i.ended_at, i.until), i.answered_at) AS over_at,
           false AS emergency
      FROM cases_involvement i
     WHERE i.case_id = which AND i.scope >= 2 AND i.risk
       AND (i.status = 'ended' OR (i.status IN ('active', 'offered') AND i.until <= now())
            OR (i.status IN ('withdrawn', 'returned') AND i.at_once))
       -- there was sight: it was accepted, given at once, or their own from the beginning
       AND (i.answered_at IS NOT NULL OR i.at_once
            OR (i.status <> 'offered' AND COALESCE(i.added_organisation_id, i.organisation_id) = i.organisation_id))
       AND COALESCE(LEAST(i.ended_at, i.until), i.answered_at) > since
    UNION
    SELECT b.organisation_id, NULL, b.user_id, LEAST(b.ended_at, b.until), true
      FROM cases_breakglass b
     WHERE b.case_id = which AND LEAST(b.ended_at, b.until) > since AND LEAST(b.ended_at, b.until) <= now()
  ), narrowed AS (  -- of a restricted case nobody but who was named while they had it could read it, or who broke the glass
    SELECT h.organisation_id, CASE WHEN c.is_restricted THEN NULL ELSE h.team_id END AS team_id,
           CASE WHEN c.is_restricted AND NOT h.emergency THEN n.user_id ELSE h.user_id END AS user_id
      FROM had h JOIN cases_case c ON c.id = which
      LEFT JOIN LATERAL (
        SELECT DISTINCT u.user_id FROM cases_nameduser u
          JOIN access_membership m ON m.user_id = u.user_id AND m.organisation_id = h.organisation_id
         WHERE u.case_id = c.id AND (h.user_id IS NULL OR u.user_id = h.user_id)
           AND u.added_at < h.over_at AND (u.ended_at IS NULL OR u.ended_at > since)
      ) n ON c.is_restricted AND NOT h.emergency
     WHERE NOT c.is_restricted OR h.emergency OR n.user_id IS NOT NULL
    UNION  -- told before: of a case that was restricted since, again only who was named there or broke the glass
    SELECT t.organisation_id, t.team_id, t.user_id
      FROM people_claimnotice t JOIN cases_case c ON c.id = which
     WHERE t.about_kind = kind AND t.about_id = about
       AND (NOT c.is_restricted OR t.user_id IN (
              SELECT u.user_id FROM cases_nameduser u WHERE u.case_id = which
              UNION SELECT b.user_id FROM cases_breakglass b WHERE b.case_id = which))
  )
  SELECT new_id(), NULL, kind, about, c.person_id, other, w.organisation_id, w.team_id, w.user_id, in_words, to_ring, now()
    FROM cases_case c CROSS JOIN narrowed w
   WHERE c.id = which AND w.organisation_id <> acting_organisation()
     AND NOT EXISTS (
       SELECT FROM cases_casesight s
        WHERE s.case_id = which AND s.organisation_id = w.organisation_id AND s.scope >= 2 AND s.risk
          AND (s.team_id IS NULL OR s.team_id = w.team_id) AND (s.user_id IS NULL OR s.user_id = w.user_id)
          AND (s.until IS NULL OR s.until > now()));
  GET DIAGNOSTICS told = ROW_COUNT;
  RETURN told;
END $$;
