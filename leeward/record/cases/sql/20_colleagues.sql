-- Whether whoever acts has sight of a case, for functions that run as the owner and so see everything themselves.
CREATE OR REPLACE FUNCTION cases_acting_sees(which bigint, wanted integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (
    SELECT FROM cases_casesight s
     WHERE (acting_works_cases() OR (acting_sits_at_marac() AND s.user_id = acting_user())) AND s.case_id = which AND s.organisation_id = acting_organisation() AND s.scope >= wanted
       AND (s.team_id IS NULL OR s.team_id = ANY (acting_teams()))
       AND (s.user_id IS NULL OR s.user_id = acting_user())
       AND (s.until IS NULL OR s.until > now())
       AND s.person_id <> ALL (acting_walls()))
$$;

-- The same, of where they are now.
CREATE OR REPLACE FUNCTION cases_acting_sees_address(which bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (
    SELECT FROM cases_casesight s
     WHERE acting_works_cases() AND s.case_id = which AND s.organisation_id = acting_organisation() AND s.scope >= 2
       AND s.address
       AND (s.team_id IS NULL OR s.team_id = ANY (acting_teams()))
       AND (s.user_id IS NULL OR s.user_id = acting_user())
       AND (s.until IS NULL OR s.until > now())
       AND s.person_id <> ALL (acting_walls()))
$$;

-- Who could work with a case: members of the organisations that are involved in it, with a role that works with
-- cases, in the team or the name that the share is made to, and not behind a wall. Asked by who sees the whole case.
-- `any_team`: also colleagues of teams that do not see the case yet, to give it to them. `named`: where the case is
-- restricted, whether they are.
CREATE OR REPLACE FUNCTION cases_people_of(which bigint, any_team boolean) RETURNS TABLE (
  user_id bigint, name text, organisation_id bigint, organisation text, roles text[], teams bigint[], named boolean
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH walled AS (
    SELECT w.user_id, w.team_id FROM cases_case c CROSS JOIN LATERAL people_walled_from(c.person_id) w WHERE c.id = which
  ), member AS (
    SELECT u.id, u.name, o.id AS organisation_id, o.name AS organisation, m.roles::text[] AS roles,
           COALESCE((SELECT array_agg(t.team_id) FROM access_membership_teams t WHERE t.membership_id = m.id), '{}') AS teams
      FROM access_membership m
      JOIN access_user u ON u.id = m.user_id AND u.is_active
      JOIN access_organisation o ON o.id = m.organisation_id AND o.is_active
     WHERE m.is_active AND m.roles::text[] && ARRAY['access_point', 'practitioner', 'manager']
       AND EXISTS (SELECT FROM cases_involvement i WHERE i.case_id = which AND i.organisation_id = o.id)
  )
  SELECT m.id, m.name, m.organisation_id, m.organisation, m.roles, m.teams,
         EXISTS (SELECT FROM cases_nameduser n WHERE n.case_id = which AND n.user_id = m.id AND n.ended_at IS NULL)
    FROM member m
   WHERE cases_acting_sees(which, 3)
     AND EXISTS (
       SELECT FROM cases_involvement i
        WHERE i.case_id = which AND i.organisation_id = m.organisation_id AND i.scope = 3
          AND (i.status = 'active' OR (i.status = 'offered' AND i.at_once)) AND (i.until IS NULL OR i.until > now())
          AND (i.team_id IS NULL OR i.team_id = ANY (m.teams) OR (any_team AND m.organisation_id = acting_organisation()))
          AND (i.user_id IS NULL OR i.user_id = m.id)
          -- Whom a place was asked of is an address, nearly.
          AND (i.origin <> 'place' OR i.organisation_id = acting_organisation()
               OR i.added_organisation_id = acting_organisation() OR cases_acting_sees_address(which)))
     AND NOT EXISTS (
       SELECT FROM walled w WHERE w.user_id = m.id OR w.team_id IN (
         SELECT t.team_id FROM access_membership o JOIN access_membership_teams t ON t.membership_id = o.id
          WHERE o.user_id = m.id AND o.is_active))
   ORDER BY m.organisation, m.name
$$;

-- How often somebody tried to open a case in an emergency and named none, in the last hour: tries are few.
CREATE OR REPLACE FUNCTION cases_emergency_tries() RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT count(*)::integer FROM access_auditentry a
   WHERE a.user_id = acting_user() AND a.at > now() - interval '1 hour' AND a.action = 'tried_emergency'
$$;

-- What the row of an emergency says about the case to who reviews it, who cannot open the case. Asked by who is just
-- opening it, so by roles that have emergency sight.
CREATE OR REPLACE FUNCTION cases_emergency_facts(which bigint) RETURNS TABLE (reference text, lead_organisation_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT c.reference, c.lead_organisation_id FROM cases_case c
   WHERE (acting_role('practitioner') OR acting_role('manager'))
     AND c.id = which AND c.partnership_id = acting_partnership() AND c.person_id <> ALL (acting_walls())
$$;
