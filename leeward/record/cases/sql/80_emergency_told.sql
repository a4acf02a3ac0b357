-- Who is told at once of an emergency sight, without a word of what: the partnership's data protection leads, but those
-- who are walled from the person, and whoever opened it.
CREATE OR REPLACE FUNCTION cases_emergency_told(of_sight bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT people_not_walled(max(c.person_id), array_agg(m.user_id))
    FROM cases_breakglass b
    JOIN cases_case c ON c.id = b.case_id
    JOIN access_organisation o ON o.partnership_id = b.partnership_id
    JOIN access_membership m ON m.organisation_id = o.id AND m.is_active AND 'data_protection' = ANY (m.roles)
   WHERE b.id = of_sight AND b.user_id = acting_user()
  HAVING count(*) > 0
$$;
