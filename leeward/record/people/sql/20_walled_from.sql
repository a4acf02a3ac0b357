-- The other way round than people_walled: everybody who may never see a person. For lists of whom something can be
-- given to: a colleague behind a wall is not in them, and nobody is told why. Called by other functions alone.
CREATE OR REPLACE FUNCTION people_walled_from(which bigint) RETURNS TABLE (user_id bigint, team_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH RECURSIVE around(person, crossed) AS (
    SELECT which, false
    UNION
    SELECT n.person, n.crossed FROM around r CROSS JOIN LATERAL (
      SELECT l.second_id AS person, r.crossed FROM people_personlink l WHERE l.first_id = r.person AND l.undone_at IS NULL
      UNION ALL
      SELECT l.first_id, r.crossed FROM people_personlink l WHERE l.second_id = r.person AND l.undone_at IS NULL
      UNION ALL
      SELECT c.other_id, r.crossed FROM people_relationship c
       WHERE c.person_id = r.person AND c.kind IN ('child', 'step_child') AND c.ended_in_error_at IS NULL
      UNION ALL
      SELECT c.person_id, r.crossed FROM people_relationship c
       WHERE c.other_id = r.person AND c.kind IN ('parent', 'step_parent') AND c.ended_in_error_at IS NULL
      UNION ALL
      SELECT o.person_id, r.crossed
        FROM people_personsight s
        JOIN people_personsight o ON o.source_kind = s.source_kind AND o.source_id = s.source_id AND o.cares
       WHERE s.person_id = r.person AND s.subject_id = r.person
      UNION ALL
      SELECT h.person, true FROM people_harming(r.person) h WHERE NOT r.crossed
    ) n
  )
  SELECT w.user_id, w.team_id
    FROM around a
    JOIN people_wall w ON w.person_id = a.person AND w.lifted_at IS NULL AND (NOT a.crossed OR w.kind <> 'possible')
$$;
REVOKE EXECUTE ON FUNCTION people_walled_from(bigint) FROM PUBLIC;

-- Of some users those whom a mail about a person may go to: nobody walled from them, nor whoever acts.
CREATE OR REPLACE FUNCTION people_not_walled(of_person bigint, users bigint[]) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH walled AS MATERIALIZED (SELECT w.user_id, w.team_id FROM people_walled_from(of_person) w)
  SELECT u.id FROM access_user u
   WHERE u.id = ANY (users) AND u.is_active AND u.id IS DISTINCT FROM acting_user()
     AND NOT EXISTS (SELECT FROM walled w WHERE w.user_id = u.id OR w.team_id IN (
           SELECT t.team_id FROM access_membership o JOIN access_membership_teams t ON t.membership_id = o.id
            WHERE o.user_id = u.id AND o.is_active))
$$;
REVOKE EXECUTE ON FUNCTION people_not_walled(bigint, bigint[]) FROM PUBLIC;
