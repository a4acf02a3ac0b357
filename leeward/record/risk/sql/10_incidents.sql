-- Escalation looks at every agency's incidents, also those that the reader may not open: the reader gets the number.
-- Asked by the person's sight with its risk flag, so that a number tells nothing to whoever may not know of the person.
-- `until`: for an assessment of an earlier day what came after it is not counted.
DROP FUNCTION IF EXISTS risk_incident_count(bigint, date);
CREATE OR REPLACE FUNCTION risk_incident_count(harmed bigint, since date, until date DEFAULT NULL) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH RECURSIVE same(person) AS (
    SELECT harmed
    UNION
    SELECT n.person FROM same s CROSS JOIN LATERAL (
      SELECT l.second_id AS person FROM people_personlink l WHERE l.first_id = s.person AND l.undone_at IS NULL
      UNION ALL
      SELECT l.first_id FROM people_personlink l WHERE l.second_id = s.person AND l.undone_at IS NULL
    ) n
  ), known AS (
    SELECT i.from_on, upper(regexp_replace(i.crime_reference, '\s', '', 'g')) AS reference
      FROM risk_incident i JOIN same s ON s.person = i.person_id
      LEFT JOIN cases_case c ON c.id = i.case_id
     WHERE (c.id IS NULL OR c.side <> 'causing_harm') AND i.withdrawn_at IS NULL AND COALESCE(i.until_on, i.from_on) >= since
       AND (risk_incident_count.until IS NULL OR i.from_on <= risk_incident_count.until)
  )
  -- What two agencies tell of is one: the same crime reference, or, without one, the same day.
  SELECT CASE WHEN acting_works_cases() AND harmed <> ALL (acting_walls()) AND EXISTS (
           SELECT FROM people_personsight p
            -- through a case of their own: that somebody is named in another's case opens nothing of theirs
            WHERE p.person_id = harmed AND p.subject_id = harmed AND p.side <> 'causing_harm' AND p.scope >= 2 AND p.risk
              AND p.organisation_id = acting_organisation()
              AND (p.team_id IS NULL OR p.team_id = ANY (acting_teams()))
              AND (p.user_id IS NULL OR p.user_id = acting_user())
              AND (p.until IS NULL OR p.until > now()))
    THEN (SELECT count(DISTINCT reference) FROM known WHERE reference <> '')::integer
       + (SELECT count(DISTINCT from_on) FROM known WHERE reference = ''
             AND from_on NOT IN (SELECT from_on FROM known WHERE reference <> ''))::integer
  END
$$;
