-- Who is told at once of an emergency sight, without a word of what: the partnership's data protection leads, but those
-- who are walled from the person, and whoever opened it.
CREATE OR REPLACE FUNCTION cases_emergency_told(of_sight bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH seen AS (
    SELECT c.person_id, b.user_id, b.partnership_id FROM cases_breakglass b JOIN cases_case c ON c.id = b.case_id
     WHERE b.id = of_sight AND b.user_id = acting_user()
  ), walled AS MATERIALIZED (
    SELECT w.user_id, w.team_id FROM seen CROSS JOIN LATERAL people_walled_from(seen.person_id) w
  )
  SELECT DISTINCT u.id FROM seen
    JOIN access_organisation o ON o.partnership_id = seen.partnership_id
    JOIN access_membership m ON m.organisation_id = o.id AND m.is_active AND 'data_protection' = ANY (m.roles)
    JOIN access_user u ON u.id = m.user_id AND u.is_active AND u.id <> seen.user_id
   WHERE NOT EXISTS (SELECT FROM walled w WHERE w.user_id = u.id OR w.team_id IN (
           SELECT t.team_id FROM access_membership n JOIN access_membership_teams t ON t.membership_id = n.id
            WHERE n.user_id = u.id AND n.is_active))
$$;
