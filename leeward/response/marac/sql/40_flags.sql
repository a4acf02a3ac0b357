-- Heard at a MARAC within its months: told to any of its agencies that meets this human being again, on the same side.
-- Says that there is a flag, until when, and whom to ring. Never why, and nothing to who is walled.
CREATE OR REPLACE FUNCTION marac_flags_on(of_people bigint[])
RETURNS TABLE (person_id bigint, marac text, until_on date, ring text, phone text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  -- Whom it is about first, then whether it may be told: asked the other way round, every flag there is would be judged.
  WITH met AS MATERIALIZED (
    SELECT p.id, s.person FROM unnest(of_people) AS p(id) CROSS JOIN LATERAL marac_same(p.id) s
  ), near AS MATERIALIZED (
    SELECT p.id AS met_id, f.marac_id, f.case_id, f.until_on
      FROM met p JOIN marac_maracflag f ON f.person_id = p.person AND f.ended_at IS NULL AND f.until_on >= current_date
                                       AND f.from_on <= current_date
  )
  SELECT DISTINCT ON (f.met_id, f.marac_id) f.met_id, m.name::text, f.until_on, COALESCE(o.name, '')::text, COALESCE(o.phone, '')::text
    FROM near f
    JOIN marac_marac m ON m.id = f.marac_id AND m.partnership_id = acting_partnership()
    LEFT JOIN LATERAL (
      SELECT g.name, g.phone FROM marac_seat t JOIN access_organisation g ON g.id = t.organisation_id
       WHERE t.marac_id = m.id AND t.part = 'coordinator' AND t.ended_at IS NULL ORDER BY t.from_at LIMIT 1) o ON true
   WHERE people_acting_sees(f.met_id, 2) AND cases_may_answer(f.case_id)
     AND EXISTS (SELECT FROM marac_maracagency a WHERE a.marac_id = m.id AND a.until_on IS NULL
                    AND a.organisation_id = acting_organisation())
     -- The two sides never open from one another: a record of somebody as causing harm never tells that they were heard
     -- as harmed.
     AND NOT EXISTS (SELECT FROM cases_case c WHERE c.person_id = f.met_id AND c.side = 'causing_harm')
     AND NOT EXISTS (SELECT FROM cases_caseperson h WHERE h.person_id = f.met_id AND h.part = 'said_to_cause_harm')
   ORDER BY f.met_id, f.marac_id, f.until_on DESC
$$;
