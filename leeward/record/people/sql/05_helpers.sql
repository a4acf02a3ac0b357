-- Whether whoever acts has sight of a person, for functions that run as the owner and so see everything themselves.
CREATE OR REPLACE FUNCTION people_acting_sees(which bigint, wanted integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (
    SELECT FROM people_personsight s
     WHERE (acting_works_cases() OR (acting_sits_at_marac() AND s.user_id = acting_user())) AND s.person_id = which AND s.organisation_id = acting_organisation() AND s.scope >= wanted
       AND (s.team_id IS NULL OR s.team_id = ANY (acting_teams()))
       AND (s.user_id IS NULL OR s.user_id = acting_user())
       AND (s.until IS NULL OR s.until > now())
       AND s.person_id <> ALL (acting_walls()))
$$;

-- Whether a person record is one of this partnership: the data protection lead works across what they do not see.
CREATE OR REPLACE FUNCTION people_ours(which bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (SELECT FROM people_person p WHERE p.id = which AND p.partnership_id = acting_partnership())
$$;

-- A notice about a claim is not for who is walled from either of the two.
CREATE OR REPLACE FUNCTION people_claim_open(which bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT c.harmed_id <> ALL (acting_walls()) AND c.harming_id <> ALL (acting_walls())
    FROM people_harmclaim c WHERE c.id = which
$$;

-- A telephone number or an e-mail address in one form, to see that two people have the same.
CREATE OR REPLACE FUNCTION people_plain_way(kind text, value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE kind
    WHEN 'phone' THEN regexp_replace(regexp_replace(btrim(value), '^(\+|00)44[ (]*0?\)?', '0'), '[^0-9]', '', 'g')
    WHEN 'email' THEN lower(btrim(value))
    ELSE '' END;

-- Contact details of these people that somebody else of the same case (or contact) has too: whoever answers may be
-- the other one. A parent's number on a child's record is no alarm, unless one of the two is said to cause harm.
-- Few ways are the same, so they are found first, and sight and relationships are asked of those alone.
CREATE OR REPLACE FUNCTION people_shared_details(which bigint[]) RETURNS TABLE (detail bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH mine AS MATERIALIZED (
    SELECT d.id, d.person_id, d.kind, people_plain_way(d.kind, d.value) AS way
      FROM people_contactdetail d
     WHERE d.person_id = ANY (which) AND d.ended_on IS NULL AND d.kind IN ('phone', 'email')
  ), same AS MATERIALIZED (
    SELECT DISTINCT mine.id, mine.person_id, b.person_id AS other_id
      FROM mine
      JOIN people_personsight a ON a.person_id = mine.person_id
      JOIN people_personsight b ON b.source_kind = a.source_kind AND b.source_id = a.source_id
                               AND b.person_id <> a.person_id
      JOIN people_contactdetail theirs ON theirs.person_id = b.person_id AND theirs.ended_on IS NULL
                                      AND theirs.kind = mine.kind
     WHERE mine.way <> '' AND mine.way = people_plain_way(theirs.kind, theirs.value)
  )
  SELECT DISTINCT same.id FROM same
   WHERE people_acting_sees(same.person_id, 2)
     AND (NOT EXISTS (SELECT FROM people_relationship r
                       WHERE r.kind IN ('parent', 'child', 'step_parent', 'step_child', 'carer', 'cared_for')
                         AND r.ended_in_error_at IS NULL
                         AND ((r.person_id = same.person_id AND r.other_id = same.other_id)
                              OR (r.person_id = same.other_id AND r.other_id = same.person_id)))
          OR EXISTS (SELECT FROM people_harmclaim c WHERE c.harming_id IN (same.person_id, same.other_id)
                        AND c.status IN ('made', 'disputed')))
$$;

-- Organisations that a person's whole record is open to, through the same cases as it is to whoever asks.
CREATE OR REPLACE FUNCTION people_organisations_around(which bigint) RETURNS TABLE (organisation_id bigint, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT DISTINCT o.id, o.name::text
    FROM people_personsight a
    JOIN people_personsight b ON b.person_id = a.person_id AND b.source_kind = a.source_kind
                             AND b.source_id = a.source_id
    JOIN access_organisation o ON o.id = b.organisation_id
   WHERE a.person_id = which AND a.organisation_id = acting_organisation()
     AND b.organisation_id <> acting_organisation() AND b.scope >= 3 AND (b.until IS NULL OR b.until > now())
     AND people_acting_sees(which, 3)
   ORDER BY 2
$$;
