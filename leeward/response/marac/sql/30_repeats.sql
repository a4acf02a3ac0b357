-- The same human being, as far as the record can say: the record itself, one linked with it, one of the same name and
-- birth date in this partnership. Two names alone are nobody.
CREATE OR REPLACE FUNCTION marac_same(which bigint) RETURNS TABLE (person bigint)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 3 SET search_path = public AS $$
  SELECT which
  UNION SELECT l.second_id FROM people_personlink l WHERE l.first_id = which AND l.undone_at IS NULL
  UNION SELECT l.first_id FROM people_personlink l WHERE l.second_id = which AND l.undone_at IS NULL
  UNION SELECT o.person_id FROM people_nameentry n
          JOIN people_nameentry o ON o.family_key = n.family_key AND o.given_key = n.given_key
                                 AND o.birth_date = n.birth_date AND o.partnership_id = n.partnership_id
         WHERE n.person_id = which
$$;
REVOKE EXECUTE ON FUNCTION marac_same(bigint) FROM PUBLIC;

-- When these cases' people were last referred to a MARAC before a day, within so many months: the national definition
-- of a repeat asks for the same victim and the same person causing harm. `same_harming` is null where one of the two
-- referrals names nobody who causes harm: then a person decides. Tells a date, and nothing of the earlier case.
CREATE OR REPLACE FUNCTION marac_last_referrals(of_cases bigint[], before timestamptz, months integer)
RETURNS TABLE (case_id bigint, referred_on date, heard_on date, same_harming boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH asked AS MATERIALIZED (
    SELECT c.id, c.person_id, c.partnership_id FROM cases_case c
     WHERE c.id = ANY (of_cases) AND c.partnership_id = acting_partnership() AND c.side <> 'causing_harm'
       AND cases_acting_sees(c.id, 2)
  ), earlier AS MATERIALIZED (
    SELECT a.id AS asked_id, r.id, r.case_id, r.referred_at
      FROM asked a
      CROSS JOIN LATERAL marac_same(a.person_id) p
      JOIN marac_referral r ON r.person_id = p.person AND r.status IN ('listed', 'heard')
       AND r.referred_at < before AND r.referred_at >= before - make_interval(months => months)
      -- A morning's list is no MARAC: to have stood on it makes nobody a repeat.
      JOIN marac_marac m ON m.id = r.marac_id AND m.partnership_id = a.partnership_id AND m.kind <> 'daily'
  ), judged AS (  -- of what was found alone: asked in the join above, each referral of the year would be judged each time
    SELECT e.asked_id, e.referred_at,
           (SELECT max(i.heard_at)::date FROM marac_item i WHERE i.referral_id = e.id AND i.status = 'heard') AS heard_on,
           CASE WHEN e.case_id = e.asked_id THEN true
                WHEN NOT EXISTS (SELECT FROM cases_caseperson h WHERE h.case_id = e.asked_id AND h.part = 'said_to_cause_harm'
                                    AND h.ended_at IS NULL)
                  OR NOT EXISTS (SELECT FROM cases_caseperson h WHERE h.case_id = e.case_id AND h.part = 'said_to_cause_harm'
                                    AND h.ended_at IS NULL) THEN NULL
                ELSE EXISTS (
                  SELECT FROM cases_caseperson h CROSS JOIN LATERAL marac_same(h.person_id) s
                    JOIN cases_caseperson o ON o.person_id = s.person AND o.case_id = e.case_id
                     AND o.part = 'said_to_cause_harm' AND o.ended_at IS NULL
                   WHERE h.case_id = e.asked_id AND h.part = 'said_to_cause_harm' AND h.ended_at IS NULL) END AS same
      FROM earlier e
     WHERE cases_may_answer(e.case_id)
  )
  SELECT DISTINCT ON (j.asked_id) j.asked_id, j.referred_at::date, j.heard_on, j.same FROM judged j
   ORDER BY j.asked_id, j.same DESC NULLS LAST, j.referred_at DESC
$$;
