-- Who acts in this transaction. Settings are local to it (SET LOCAL); after COMMIT such a setting is the empty
-- string, and ''::bigint raises: hence NULLIF. Unset means NULL, and every policy then shows nothing.

CREATE OR REPLACE FUNCTION acting_user() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  RETURN NULLIF(current_setting('app.user', true), '')::bigint;

CREATE OR REPLACE FUNCTION acting_organisation() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  RETURN NULLIF(current_setting('app.organisation', true), '')::bigint;

CREATE OR REPLACE FUNCTION acting_partnership() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  RETURN NULLIF(current_setting('app.partnership', true), '')::bigint;

CREATE OR REPLACE FUNCTION acting_teams() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
  RETURN NULLIF(current_setting('app.teams', true), '')::bigint[];

CREATE OR REPLACE FUNCTION acting_walls() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
  RETURN NULLIF(current_setting('app.walls', true), '')::bigint[];

CREATE OR REPLACE FUNCTION acting_role(role text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  RETURN role = ANY (string_to_array(NULLIF(current_setting('app.roles', true), ''), ','));

-- Roles that work with cases (those with the permission casework in roles.py; a test holds the two together). The
-- administrator, the analyst and the data protection lead of an organisation do not see what it is involved in.
CREATE OR REPLACE FUNCTION acting_works_cases() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  RETURN string_to_array(NULLIF(current_setting('app.roles', true), ''), ',')
         && ARRAY['access_point', 'practitioner', 'manager'];

-- Roles that sit at a MARAC: they see what is shared with them by name, and nothing else of their organisation's.
CREATE OR REPLACE FUNCTION acting_sits_at_marac() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  RETURN string_to_array(NULLIF(current_setting('app.roles', true), ''), ',')
         && ARRAY['marac_representative', 'marac_coordinator'];

-- 'user', 'public' (a visitor without an account) or 'job' (work for later, by name).
CREATE OR REPLACE FUNCTION acting_as(kind text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  RETURN current_setting('app.kind', true) = kind;

-- The same identifiers as common/ids.py makes.
CREATE OR REPLACE FUNCTION new_id() RETURNS bigint LANGUAGE sql VOLATILE
  RETURN (SELECT ((t.us / 1000 - 1735689600000) << 22) + ((t.us % 1000) << 12) + floor(random() * 4096)::bigint
            FROM (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS us OFFSET 0) t);

-- A user begins to act for one of their organisations. Answers nothing if they may not: then nothing is set.
CREATE OR REPLACE FUNCTION access_begin(for_user bigint, for_organisation bigint)
RETURNS TABLE (
  user_id bigint, user_name text, organisation_id bigint, organisation_name text, partnership_id bigint,
  partnership_name text, roles text[], team_ids bigint[], choices jsonb
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  SELECT u.id, u.name, o.id, o.name, p.id, p.name, m.roles::text[],
         COALESCE((SELECT array_agg(t.team_id) FROM access_membership_teams t JOIN access_team tt ON tt.id = t.team_id
                   WHERE t.membership_id = m.id AND tt.is_active), '{}'),
         (SELECT jsonb_agg(jsonb_build_object('id', oo.id::text, 'name', oo.name) ORDER BY oo.name)
          FROM access_membership mm JOIN access_organisation oo ON oo.id = mm.organisation_id
          WHERE mm.user_id = u.id AND mm.is_active AND oo.is_active)
    INTO user_id, user_name, organisation_id, organisation_name, partnership_id, partnership_name, roles, team_ids,
         choices
    FROM access_user u
    JOIN access_membership m ON m.user_id = u.id AND m.is_active
    JOIN access_organisation o ON o.id = m.organisation_id AND o.is_active
    JOIN access_partnership p ON p.id = o.partnership_id
   WHERE u.id = for_user AND u.is_active AND (for_organisation IS NULL OR o.id = for_organisation)
   ORDER BY m.created_at, m.id
   LIMIT 1;
  IF user_id IS NULL THEN
    RETURN;
  END IF;
  PERFORM set_config('app.kind', 'user', true), set_config('app.user', user_id::text, true),
          set_config('app.organisation', organisation_id::text, true),
          set_config('app.partnership', partnership_id::text, true),
          set_config('app.roles', array_to_string(roles, ','), true), set_config('app.teams', team_ids::text, true),
          set_config('app.making', '', true);
  RETURN NEXT;
END $$;

-- Whether whoever acts administers an organisation, for functions that run as the owner (as may_administer in rules.py).
CREATE OR REPLACE FUNCTION acting_administers(organisation bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT (acting_role('administrator') AND organisation = acting_organisation())
      OR (acting_role('partnership_administrator') AND EXISTS (
            SELECT FROM access_organisation o WHERE o.id = organisation AND o.partnership_id = acting_partnership()))
$$;
