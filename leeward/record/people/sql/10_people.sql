-- Person records that an action is just making (see policies.making). `begin` empties it.
CREATE OR REPLACE FUNCTION acting_making() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
  RETURN NULLIF(current_setting('app.making', true), '')::bigint[];

-- Whom this person is said to harm, and who is said to harm this person: in a claim that stands or is disputed, or as
-- named so in a case.
CREATE OR REPLACE FUNCTION people_harmed_by(which bigint) RETURNS TABLE (person bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT c.harmed_id FROM people_harmclaim c WHERE c.harming_id = which AND c.status IN ('made', 'disputed')
  UNION ALL
  SELECT s.subject_id FROM people_personsight s WHERE s.person_id = which AND s.harms
$$;
REVOKE EXECUTE ON FUNCTION people_harmed_by(bigint) FROM PUBLIC;

CREATE OR REPLACE FUNCTION people_harming(which bigint) RETURNS TABLE (person bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT c.harming_id FROM people_harmclaim c WHERE c.harmed_id = which AND c.status IN ('made', 'disputed')
  UNION ALL
  SELECT o.person_id
    FROM people_personsight s
    JOIN people_personsight o ON o.source_kind = s.source_kind AND o.source_id = s.source_id AND o.harms
   WHERE s.person_id = which AND s.subject_id = which
$$;
REVOKE EXECUTE ON FUNCTION people_harming(bigint) FROM PUBLIC;

-- Every person whom a user may never see: those walled, every linked record of the same human, their children, and, once,
-- whom they are said to harm: her record says where he would look for her (decision 0018). Not the other way: a wall
-- around her hides his name from nobody who helps another whom he harms.
-- A wall that only may be one (a new record of a like name) does not reach over to whom he harms: until a person has
-- looked, it would take help away on a name alone.
-- A wall of a team stands for whoever is in it, whatever organisation they act for at the moment.
CREATE OR REPLACE FUNCTION people_walled(for_user bigint, for_teams bigint[]) RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE
  sure bigint[];
  possible bigint[];
BEGIN
  SELECT array_agg(w.person_id) FILTER (WHERE w.kind <> 'possible'), array_agg(w.person_id) FILTER (WHERE w.kind = 'possible')
    INTO sure, possible FROM people_wall w
   WHERE w.lifted_at IS NULL AND (w.user_id = for_user OR w.team_id = ANY (for_teams) OR w.team_id IN (
           SELECT t.team_id FROM access_membership m JOIN access_membership_teams t ON t.membership_id = m.id
            WHERE m.user_id = for_user AND m.is_active));
  IF sure IS NULL AND possible IS NULL THEN
    RETURN '{}';
  END IF;
  RETURN (
    WITH RECURSIVE reach(person, crosses) AS (  -- crosses: it may still reach over to whom they harm
      SELECT unnest(sure), true
      UNION
      SELECT unnest(possible), false
      UNION
      SELECT n.person, n.crosses FROM reach r CROSS JOIN LATERAL (
        SELECT l.second_id AS person, r.crosses FROM people_personlink l WHERE l.first_id = r.person AND l.undone_at IS NULL
        UNION ALL
        SELECT l.first_id, r.crosses FROM people_personlink l WHERE l.second_id = r.person AND l.undone_at IS NULL
        UNION ALL
        SELECT c.person_id, r.crosses FROM people_relationship c
         WHERE c.other_id = r.person AND c.kind IN ('child', 'step_child') AND c.ended_in_error_at IS NULL
        UNION ALL
        SELECT c.other_id, r.crosses FROM people_relationship c
         WHERE c.person_id = r.person AND c.kind IN ('parent', 'step_parent') AND c.ended_in_error_at IS NULL
        UNION ALL
        -- whoever is known in a child's own case as who looks after them, whatever relationship is written down
        SELECT s.subject_id, r.crosses FROM people_personsight s WHERE s.person_id = r.person AND s.cares
        UNION ALL
        SELECT h.person, false FROM people_harmed_by(r.person) h WHERE r.crosses
      ) n
    ) SELECT array_agg(DISTINCT person) FROM reach
  );
END $$;

-- A new record may be of somebody walled: until a person has looked, the same walls stand around it. Also walls that
-- users declared about people they know. Called by whoever makes a record, right after its name index.
CREATE OR REPLACE FUNCTION people_possible_walls(new_person bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  made integer;
BEGIN
  WITH mine AS (
    SELECT n.given_key, n.family_key, n.birth_date, n.partnership_id FROM people_nameentry n WHERE n.person_id = new_person
  ), alike AS (
    SELECT DISTINCT w.user_id, w.team_id
      FROM mine m
      JOIN people_nameentry o ON o.family_key = m.family_key AND o.given_key = m.given_key
                             AND o.partnership_id = m.partnership_id
      JOIN people_wall w ON w.person_id = o.person_id AND w.lifted_at IS NULL
     WHERE o.person_id <> new_person AND (m.birth_date IS NULL OR o.birth_date IS NULL OR m.birth_date = o.birth_date)
    UNION
    SELECT DISTINCT w.user_id, w.team_id
      FROM mine m
      JOIN people_nameentry o ON o.given_key = m.given_key AND o.birth_date = m.birth_date
                             AND o.partnership_id = m.partnership_id
      JOIN people_wall w ON w.person_id = o.person_id AND w.lifted_at IS NULL
     WHERE o.person_id <> new_person
    UNION
    SELECT DISTINCT d.user_id, NULL::bigint
      FROM mine m
      JOIN people_walldeclaration d ON d.given_key = m.given_key AND d.family_key = m.family_key
     WHERE d.withdrawn_at IS NULL AND (m.birth_date IS NULL OR d.birth_date IS NULL OR m.birth_date = d.birth_date)
  )
  INSERT INTO people_wall (id, person_id, user_id, team_id, kind, reason, set_at)
  SELECT new_id(), new_person, a.user_id, a.team_id, 'possible', '', now()
    FROM alike a
   WHERE NOT EXISTS (SELECT FROM people_wall w WHERE w.person_id = new_person AND w.lifted_at IS NULL
                     AND w.user_id IS NOT DISTINCT FROM a.user_id AND w.team_id IS NOT DISTINCT FROM a.team_id);
  GET DIAGNOSTICS made = ROW_COUNT;
  RETURN made;
END $$;

-- A declaration made today also walls the people who are there already.
CREATE OR REPLACE FUNCTION people_wall_declared(declaration bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
  INSERT INTO people_wall (id, person_id, user_id, kind, reason, set_by_id, set_at)
  SELECT DISTINCT ON (n.person_id)
         new_id(), n.person_id, d.user_id, 'possible', '', d.user_id, now()
    FROM people_walldeclaration d
    JOIN people_nameentry n ON n.given_key = d.given_key AND n.family_key = d.family_key
                           AND n.partnership_id = acting_partnership()
   WHERE d.id = declaration AND d.user_id = acting_user() AND d.withdrawn_at IS NULL
     AND (d.birth_date IS NULL OR n.birth_date IS NULL OR d.birth_date = n.birth_date)
     AND NOT EXISTS (SELECT FROM people_wall w WHERE w.person_id = n.person_id AND w.user_id = d.user_id
                     AND w.lifted_at IS NULL)
$$;

-- "Is she known?" over everybody of the partnership, whoever has sight: how likely, and whom to ring. Only people who
-- are helped (or work on their behaviour) on the same side; nobody restricted; nobody walled from who asks.
-- `handle` never leaves the server.
CREATE OR REPLACE FUNCTION people_index_check(
  givens bigint[], families bigint[], exact_given bigint, exact_family bigint, born date, born_swapped date,
  for_sides text[], numbers text[]
) RETURNS TABLE (handle bigint, likelihood integer, organisation text, phone text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH candidate AS (
    SELECT n.person_id, n.given_key, n.family_key, n.birth_date
      FROM people_nameentry n
     WHERE n.family_key = ANY (families) AND n.given_key = ANY (givens) AND n.partnership_id = acting_partnership()
    UNION ALL
    SELECT n.person_id, n.given_key, n.family_key, n.birth_date
      FROM people_nameentry n
     WHERE born IS NOT NULL AND n.given_key = ANY (givens) AND n.birth_date IN (born, born_swapped)
       AND n.partnership_id = acting_partnership()
    UNION ALL
    SELECT n.person_id, n.given_key, n.family_key, n.birth_date
      FROM people_nameentry n
     WHERE born IS NOT NULL AND n.family_key = ANY (families) AND n.birth_date IN (born, born_swapped)
       AND n.partnership_id = acting_partnership()
  ), scored AS (
    SELECT c.person_id, max(
        CASE WHEN c.given_key = exact_given THEN 30 WHEN c.given_key = ANY (givens) THEN 22 ELSE 0 END
      + CASE WHEN c.family_key = exact_family THEN 30 WHEN c.family_key = ANY (families) THEN 22 ELSE 0 END
      + CASE WHEN born IS NULL OR c.birth_date IS NULL THEN 0 WHEN c.birth_date = born THEN 40
             WHEN c.birth_date = born_swapped THEN 30 ELSE -25 END) AS points
      FROM candidate c GROUP BY c.person_id
    UNION ALL
    SELECT i.person_id, 95 FROM people_identifier i
      JOIN people_person p ON p.id = i.person_id AND p.partnership_id = acting_partnership()
     WHERE i.kind = 'nhs' AND i.value = ANY (numbers) AND i.ended_on IS NULL
  )
  SELECT s.person_id, LEAST(max(s.points), 99)::integer, o.name, o.phone
    FROM (SELECT * FROM scored WHERE points >= 44 ORDER BY points DESC LIMIT 50) s
    JOIN people_personsight v ON v.person_id = s.person_id AND v.is_lead AND v.side = ANY (for_sides)
                             AND NOT v.is_restricted AND (v.until IS NULL OR v.until > now())
    JOIN access_organisation o ON o.id = v.organisation_id
   WHERE s.person_id <> ALL (acting_walls())
   GROUP BY s.person_id, o.name, o.phone
   ORDER BY 2 DESC, 1
   LIMIT 20
$$;

-- A declaration is taken back, or left to stand: the data protection lead's answer to who asked, never to themselves.
-- The walls that came of it and of nothing else are lifted; one that stands for another reason too stays, and waits in
-- the list of walls for somebody to look at.
CREATE OR REPLACE FUNCTION people_answer_declaration(declaration bigint, taken_back boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  d people_walldeclaration;
BEGIN
  SELECT * INTO d FROM people_walldeclaration w
   WHERE w.id = declaration AND w.asked_back_at IS NOT NULL AND w.answered_at IS NULL AND w.withdrawn_at IS NULL
     AND w.user_id <> acting_user() AND acting_role('data_protection')
     AND EXISTS (SELECT FROM access_membership m JOIN access_organisation o ON o.id = m.organisation_id
                  WHERE m.user_id = w.user_id AND o.partnership_id = acting_partnership())
     FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  UPDATE people_walldeclaration SET answered_at = now(), answered_by_id = acting_user(),
         withdrawn_at = CASE WHEN taken_back THEN now() END
   WHERE id = declaration;
  IF taken_back THEN
    UPDATE people_wall w SET lifted_at = now(), lifted_by_id = acting_user(), lifted_reason = 'The declaration was taken back'
     WHERE w.user_id = d.user_id AND w.set_by_id = d.user_id AND w.kind IN ('declared', 'possible') AND w.lifted_at IS NULL
       AND EXISTS (SELECT FROM people_nameentry n WHERE n.person_id = w.person_id AND n.family_key IS NOT DISTINCT FROM d.family_key
                      AND n.given_key IS NOT DISTINCT FROM d.given_key)
       AND NOT EXISTS (SELECT FROM people_walldeclaration o
                        WHERE o.user_id = d.user_id AND o.id <> d.id AND o.withdrawn_at IS NULL
                          AND o.given_key = d.given_key AND o.family_key = d.family_key);
  END IF;
  RETURN true;
END $$;

-- A claim was disputed or corrected: everyone who got it is told. Those who have sight of both people now, as their
-- sight is made out (an organisation, a team, a named user); each user of another organisation who was shown it and has
-- no sight any more; and whoever was told of it by an earlier notice. What it replaces counts as it: who got the first
-- version learns of the second correction too.
DROP FUNCTION IF EXISTS people_notify_claim(bigint);
CREATE OR REPLACE FUNCTION people_notify_claim(which bigint, in_words text, to_ring text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  told integer;
BEGIN
  IF NOT EXISTS (SELECT FROM people_harmclaim c WHERE c.id = which AND people_acting_sees(c.harmed_id, 3)) THEN
    RETURN 0;
  END IF;
  INSERT INTO people_claimnotice (id, claim_id, person_id, organisation_id, team_id, user_id, words, ring, made_at)
  WITH RECURSIVE claim AS (SELECT c.id, c.harmed_id, c.harming_id FROM people_harmclaim c WHERE c.id = which),
  chain AS (
    SELECT c.id, c.harmed_id, c.replaces_id FROM people_harmclaim c WHERE c.id = which
    UNION
    SELECT c.id, c.harmed_id, c.replaces_id FROM chain n JOIN people_harmclaim c ON c.id = n.replaces_id
  ), now_see AS (
    SELECT DISTINCT s.organisation_id, s.team_id, s.user_id
      FROM claim c
      JOIN people_personsight s ON s.person_id = c.harmed_id AND s.scope >= 2 AND (s.until IS NULL OR s.until > now())
      JOIN people_personsight o ON o.person_id = c.harming_id AND o.source_kind = s.source_kind
                               AND o.source_id = s.source_id AND o.organisation_id = s.organisation_id AND o.scope >= 2
  ), were_shown AS (
    SELECT DISTINCT a.organisation_id, NULL::bigint AS team_id, a.user_id
      FROM chain c
      JOIN access_auditentry a ON a.person_id = c.harmed_id AND a.action = 'read_claims' AND a.listed @> ARRAY[c.id]
     WHERE a.organisation_id IS NOT NULL AND a.user_id IS NOT NULL
       AND NOT EXISTS (SELECT FROM now_see n WHERE n.organisation_id = a.organisation_id)
    UNION
    SELECT DISTINCT t.organisation_id, t.team_id, t.user_id
      FROM chain c JOIN people_claimnotice t ON t.claim_id = c.id
     WHERE NOT EXISTS (SELECT FROM now_see n WHERE n.organisation_id = t.organisation_id)
  )
  SELECT new_id(), c.id, c.harmed_id, g.organisation_id, g.team_id, g.user_id, in_words, to_ring, now()
    FROM claim c CROSS JOIN (SELECT * FROM now_see UNION SELECT * FROM were_shown) g
   WHERE g.organisation_id <> acting_organisation();
  GET DIAGNOSTICS told = ROW_COUNT;
  RETURN told;
END $$;
