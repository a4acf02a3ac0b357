-- Secure homes that move. Whatever binds two landlords is written here and by no other path: what a run proposes, who
-- agrees, what the household answers, that they moved, the ledger. Everybody takes one lock of the partnership first, so
-- that nobody waits for one another in a ring; the unique constraints on accommodation_proposedmove stand behind it.

CREATE OR REPLACE FUNCTION accommodation_swap_lock() RETURNS void
LANGUAGE sql VOLATILE AS $$
  SELECT pg_advisory_xact_lock(hashtextextended('accommodation_swap', COALESCE(acting_partnership(), 0)))
$$;

CREATE OR REPLACE FUNCTION accommodation_swap_today() RETURNS date LANGUAGE sql VOLATILE
  AS $$ SELECT (clock_timestamp() AT TIME ZONE 'Europe/London')::date $$;

-- Whether a restricted case is known to whoever acts: by name alone (decision 0021).
CREATE OR REPLACE FUNCTION accommodation_swap_known(of_case bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT NOT c.is_restricted OR EXISTS (SELECT FROM cases_nameduser u WHERE u.case_id = c.id
                                           AND u.user_id = acting_user() AND u.ended_at IS NULL)
    FROM cases_case c WHERE c.id = of_case
$$;
REVOKE EXECUTE ON FUNCTION accommodation_swap_known(bigint) FROM PUBLIC;

-- Whether neither household of a move is walled from whoever acts or restricted: who moves, and who leaves the home.
CREATE OR REPLACE FUNCTION accommodation_swap_open(of_move bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT NOT EXISTS (SELECT FROM accommodation_proposedmove m JOIN accommodation_mover v ON v.id IN (m.mover_id, m.leaves_id)
                      WHERE m.id = of_move AND ((v.person_id = ANY (acting_walls())) IS NOT FALSE
                        OR accommodation_swap_known(v.case_id) IS NOT TRUE))
$$;

-- A run is read whole or not at all, like a proposal (decision 0021): a move fewer, or a number beside a shorter list, would
-- tell who is missing. Kept from a coordinator who is walled from a household that it moves, whose home it gives, or that
-- it counts among those it does not house: registered by then, and standing still or in the scheme until later.
CREATE OR REPLACE FUNCTION accommodation_may_read_run(which bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT acting_role('placement_coordinator') IS TRUE
     AND EXISTS (SELECT FROM accommodation_run r WHERE r.id = which AND r.partnership_id = acting_partnership())
     AND NOT EXISTS (
    SELECT FROM accommodation_run r JOIN accommodation_mover v ON v.partnership_id = r.partnership_id
     WHERE r.id = which AND r.status = 'done' AND (v.person_id = ANY ((SELECT acting_walls())::bigint[])) IS NOT FALSE
       AND (EXISTS (SELECT FROM accommodation_proposedmove m WHERE m.run_id = r.id AND v.id IN (m.mover_id, m.leaves_id))
            OR (v.registered_on <= (r.at AT TIME ZONE 'Europe/London')::date
                -- Who began it while walled from her began it without her (accommodation_swap_begin).
                AND (r.by_id = acting_user() AND NOT EXISTS (
                       SELECT FROM people_wall w
                        WHERE w.person_id = v.person_id AND w.lifted_at IS NULL AND w.set_at > r.at)) IS NOT TRUE
                AND (v.status IN ('registered', 'proposed', 'offered')
                     OR EXISTS (SELECT FROM accommodation_proposedmove m JOIN accommodation_run u ON u.id = m.run_id
                                 WHERE m.mover_id = v.id AND u.at >= r.at)
                     OR EXISTS (SELECT FROM cases_chronologyentry e
                                 WHERE e.case_id = v.case_id AND e.about_kind = 'mover' AND e.about_id = v.id
                                   AND e.at >= r.at)))))
$$;

-- Whether a home of whoever acts is promised to a household that may take it, whether or not a wall keeps them from that one:
-- what was promised stands for everybody. Null for another's home and for none.
CREATE OR REPLACE FUNCTION accommodation_home_promised(which bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (SELECT FROM accommodation_movepart p WHERE p.home_id = h.id AND p.stands IN ('bound', 'accepted'))
    FROM accommodation_pledgedhome h
   WHERE h.id = which AND h.partnership_id = acting_partnership() AND h.organisation_id = acting_organisation()
$$;

-- Registered households without a name: for the coordinator all of them, for a landlord its own. Neither the case nor the
-- area that they leave; nor, but for their own landlord, which areas they named: who names all but one tells which they
-- leave. Walls are kept.
CREATE OR REPLACE FUNCTION accommodation_swap_movers() RETURNS TABLE (
  id bigint, landlord_id bigint, organisation_id bigint, people integer, bedrooms integer, step_free boolean,
  wheelchair boolean, areas text[], named integer, risk text, registered_on date, status text
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public ROWS 500 AS $$
  SELECT m.id, m.landlord_id, m.organisation_id, m.people::integer, m.bedrooms::integer, m.step_free, m.wheelchair,
         CASE WHEN acting_works_cases() AND m.organisation_id = acting_organisation() THEN m.areas::text[] ELSE '{}' END,
         cardinality(m.areas), c.risk::text, m.registered_on, m.status::text
    FROM accommodation_mover m JOIN cases_case c ON c.id = m.case_id
   WHERE m.partnership_id = acting_partnership() AND m.person_id <> ALL (acting_walls())
     AND (acting_role('placement_coordinator') OR (acting_works_cases() AND m.organisation_id = acting_organisation()))
     AND accommodation_swap_known(m.case_id)
   ORDER BY m.registered_on, m.id
$$;

-- A run ---------------------------------------------------------------------------------------------------------------

-- The job begins a run that still waits. Answers its rules and all that it is given: numbers, areas, no person.
CREATE OR REPLACE FUNCTION accommodation_swap_begin(which bigint) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  answer jsonb;
BEGIN
  IF acting_role('job:accommodation_swap') IS NOT TRUE THEN
    RETURN NULL;
  END IF;
  PERFORM accommodation_swap_lock();
  UPDATE accommodation_run SET status = 'running', stage = 'looking', begun_at = clock_timestamp()
   WHERE id = which AND status = 'waiting' AND partnership_id = acting_partnership();
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  SELECT jsonb_build_object(
    'rules', (SELECT to_jsonb(r) FROM accommodation_reciprocalrules r JOIN accommodation_run u ON u.rules_id = r.id
               WHERE u.id = which),
    'movers', (SELECT COALESCE(jsonb_agg(jsonb_build_object(
        'id', m.id, 'version', m.version, 'landlord', m.landlord_id, 'area', m.from_area, 'home_bedrooms', m.home_bedrooms,
        'home_step_free', m.home_step_free, 'home_wheelchair', m.home_wheelchair, 'people', m.people,
        'bedrooms', m.bedrooms, 'step_free', m.step_free, 'wheelchair', m.wheelchair, 'areas', m.areas,
        'away', m.away_areas, 'risk', c.risk, 'days', GREATEST(accommodation_swap_today() - m.registered_on, 0))), '[]')
      FROM accommodation_mover m JOIN cases_case c ON c.id = m.case_id JOIN accommodation_landlord l ON l.id = m.landlord_id
     WHERE m.partnership_id = acting_partnership() AND m.status = 'registered' AND l.left_on IS NULL
       -- A run is read whole or not at all: nobody is in it whom who began it may not know of. A restricted case moves by
       -- hand, since no landlord could agree to somebody it is not named for.
       AND c.status = 'open' AND NOT c.is_restricted
       AND m.person_id <> ALL (people_walled((SELECT u.by_id FROM accommodation_run u WHERE u.id = which), '{}'))),
    'homes', (SELECT COALESCE(jsonb_agg(jsonb_build_object(
        'id', h.id, 'version', h.version, 'landlord', h.landlord_id, 'area', h.area_code, 'bedrooms', h.bedrooms,
        'step_free', h.step_free, 'wheelchair', h.wheelchair)), '[]')
      FROM accommodation_pledgedhome h JOIN accommodation_landlord l ON l.id = h.landlord_id
     WHERE h.partnership_id = acting_partnership() AND h.status = 'open' AND l.left_on IS NULL),
    'balances', (SELECT COALESCE(jsonb_object_agg(g.landlord_id, g.homes), '{}') FROM (
        SELECT landlord_id, sum(homes) AS homes FROM accommodation_ledgerline
         WHERE partnership_id = acting_partnership() GROUP BY landlord_id) g))
    INTO answer;
  RETURN answer;
END $$;

-- What the job found. A chain or a cycle in which somebody or something has changed meanwhile is left out. Answers how many
-- groups were kept; nothing where the run was stopped.
CREATE OR REPLACE FUNCTION accommodation_swap_save(which bigint, result jsonb) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  run accommodation_run%ROWTYPE;
  rules accommodation_reciprocalrules%ROWTYPE;
  one jsonb;
  move jsonb;
  who accommodation_mover%ROWTYPE;
  leaver accommodation_mover%ROWTYPE;
  home accommodation_pledgedhome%ROWTYPE;
  gives_to accommodation_landlord%ROWTYPE;
  made bigint;
  number integer := 0;
  place integer;
  kept integer := 0;
  lost integer := 0;
  due date;
BEGIN
  IF acting_role('job:accommodation_swap') IS NOT TRUE THEN
    RETURN NULL;
  END IF;
  PERFORM accommodation_swap_lock();
  SELECT * INTO run FROM accommodation_run r
   WHERE r.id = which AND r.status = 'running' AND r.partnership_id = acting_partnership() FOR NO KEY UPDATE;
  IF run.id IS NULL THEN
    RETURN NULL;
  END IF;
  SELECT * INTO rules FROM accommodation_reciprocalrules r WHERE r.id = run.rules_id;
  due := accommodation_swap_today() + rules.agree_days;
  FOR one IN SELECT value FROM jsonb_array_elements(result -> 'groups') LOOP
    IF EXISTS (
      SELECT FROM jsonb_array_elements(one -> 'moves') p(m)
       WHERE NOT EXISTS (SELECT FROM accommodation_mover v WHERE v.id = (p.m ->> 'mover')::bigint
                            AND v.partnership_id = run.partnership_id AND v.status = 'registered'
                            AND v.version = (p.m ->> 'mover_version')::integer)
          OR (p.m ->> 'home' IS NOT NULL
              AND NOT EXISTS (SELECT FROM accommodation_pledgedhome h WHERE h.id = (p.m ->> 'home')::bigint
                                 AND h.partnership_id = run.partnership_id AND h.status = 'open'
                                 AND h.version = (p.m ->> 'home_version')::integer))) THEN
      lost := lost + 1;
      CONTINUE;
    END IF;
    number := number + 1;
    kept := kept + 1;
    place := 0;
    FOR move IN SELECT value FROM jsonb_array_elements(one -> 'moves') LOOP
      place := place + 1;
      SELECT * INTO who FROM accommodation_mover v WHERE v.id = (move ->> 'mover')::bigint;
      SELECT * INTO leaver FROM accommodation_mover v WHERE v.id = (move ->> 'leaves')::bigint;
      SELECT * INTO home FROM accommodation_pledgedhome h WHERE h.id = (move ->> 'home')::bigint;
      SELECT * INTO gives_to FROM accommodation_landlord l WHERE l.id = COALESCE(home.landlord_id, leaver.landlord_id);
      made := new_id();
      INSERT INTO accommodation_proposedmove (id, run_id, partnership_id, "group", position, is_cycle, mover_id, home_id,
          leaves_id, gives_id, takes_id, sheet, why, mover_version, home_version, status, status_at, status_words)
      VALUES (made, which, run.partnership_id, number, place, (one ->> 'is_cycle')::boolean, who.id, home.id, leaver.id,
              gives_to.id, who.landlord_id,
              jsonb_build_object('people', who.people, 'bedrooms', who.bedrooms, 'step_free', who.step_free,
                                 'wheelchair', who.wheelchair),
              move -> 'why', who.version, COALESCE(home.version, leaver.version), 'proposed', clock_timestamp(), '');
      INSERT INTO accommodation_movepart (id, move_id, partnership_id, organisation_id, side, home_id, own_mover_id, sheet,
          status, stands, words, due_on, answered_by)
      VALUES (new_id(), made, run.partnership_id, gives_to.organisation_id, 'gives', home.id, leaver.id,
              jsonb_build_object('people', who.people, 'bedrooms', who.bedrooms, 'step_free', who.step_free,
                                 'wheelchair', who.wheelchair), 'asked', 'proposed', '', due, ''),
             (new_id(), made, run.partnership_id, who.organisation_id, 'takes', NULL, who.id,
              jsonb_build_object('bedrooms', COALESCE(home.bedrooms, leaver.home_bedrooms),
                                 'step_free', COALESCE(home.step_free, leaver.home_step_free),
                                 'wheelchair', COALESCE(home.wheelchair, leaver.home_wheelchair),
                                 'people', who.people), 'asked', 'proposed', '', due, '');
      UPDATE accommodation_pledgedhome SET status = 'proposed' WHERE id = home.id;
    END LOOP;
    UPDATE accommodation_mover SET status = 'proposed', status_words = 'A home is proposed. The landlords are asked.'
     WHERE id IN (SELECT (p.m ->> 'mover')::bigint FROM jsonb_array_elements(one -> 'moves') p(m));
  END LOOP;
  UPDATE accommodation_mover v SET status_words = left(p.m ->> 'words', 300)
    FROM jsonb_array_elements(result -> 'left') p(m)
   WHERE v.id = (p.m ->> 'mover')::bigint AND v.partnership_id = run.partnership_id AND v.status = 'registered';
  UPDATE accommodation_run SET status = 'done', stage = '', ended_at = clock_timestamp(), dropped = lost,
         movers = (result ->> 'movers')::integer, homes = (result ->> 'homes')::integer,
         moved = (result ->> 'moved')::integer, people = (result ->> 'people')::integer,
         people_bound = (result ->> 'people_bound')::integer, value = (result ->> 'value')::float,
         bound = (result ->> 'bound')::float, seconds = (result ->> 'seconds')::float, "left" = result -> 'left_counts'
   WHERE id = which;
  RETURN kept;
END $$;

-- The job could not do it, and says so.
CREATE OR REPLACE FUNCTION accommodation_swap_failed(which bigint, said text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF acting_role('job:accommodation_swap') IS TRUE THEN
    UPDATE accommodation_run SET status = 'failed', stage = '', words = left(said, 300), ended_at = clock_timestamp()
     WHERE id = which AND status IN ('waiting', 'running') AND partnership_id = acting_partnership();
  END IF;
END $$;

-- The coordinator stops a run; one of which nothing has been heard for two minutes past its time has failed. Whether it did.
CREATE OR REPLACE FUNCTION accommodation_swap_stop(which bigint, only_dead boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF (acting_role('placement_coordinator') OR acting_role('job:accommodation_follow_up')) IS NOT TRUE THEN
    RETURN false;
  END IF;
  PERFORM accommodation_swap_lock();
  UPDATE accommodation_run
     SET status = CASE WHEN only_dead THEN 'failed' ELSE 'stopped' END, stage = '', ended_at = clock_timestamp(),
         words = CASE WHEN only_dead THEN 'Nothing was heard of it any more. Begin anew.' ELSE 'Stopped by hand.' END
   WHERE id = which AND status IN ('waiting', 'running') AND partnership_id = acting_partnership()
     AND (NOT only_dead
          OR COALESCE(begun_at, at + interval '10 minutes') + make_interval(secs => limit_seconds + 120) < clock_timestamp());
  RETURN FOUND;
END $$;

-- Agreement -----------------------------------------------------------------------------------------------------------

-- A chain or cycle that does not bind: everybody of it is free for the next run, and no offer is used up.
CREATE OR REPLACE FUNCTION accommodation_swap_free(of_run bigint, of_group integer, said text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  UPDATE accommodation_mover v SET status = 'registered', status_words = said
    FROM accommodation_proposedmove m
   WHERE m.run_id = of_run AND m."group" = of_group AND m.status = 'proposed' AND v.id = m.mover_id AND v.status = 'proposed';
  UPDATE accommodation_pledgedhome h SET status = 'open'
    FROM accommodation_proposedmove m
   WHERE m.run_id = of_run AND m."group" = of_group AND m.status = 'proposed' AND h.id = m.home_id AND h.status = 'proposed';
  UPDATE accommodation_movepart p
     SET status = CASE p.status WHEN 'refused' THEN 'refused' ELSE 'freed' END, stands = 'freed',
         words = CASE p.status WHEN 'refused' THEN p.words ELSE said END
    FROM accommodation_proposedmove m
   WHERE m.run_id = of_run AND m."group" = of_group AND m.status = 'proposed' AND p.move_id = m.id;
  UPDATE accommodation_proposedmove SET status = 'freed', status_at = clock_timestamp(), status_words = said
   WHERE run_id = of_run AND "group" = of_group AND status = 'proposed';
END $$;
REVOKE EXECUTE ON FUNCTION accommodation_swap_free(bigint, integer, text) FROM PUBLIC;

-- Whether every household and home of a group is what it was proposed as.
CREATE OR REPLACE FUNCTION accommodation_swap_unchanged(of_run bigint, of_group integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT NOT EXISTS (
    SELECT FROM accommodation_proposedmove m
      JOIN accommodation_mover v ON v.id = m.mover_id JOIN cases_case c ON c.id = v.case_id
      LEFT JOIN accommodation_pledgedhome h ON h.id = m.home_id
      LEFT JOIN accommodation_mover g ON g.id = m.leaves_id
     WHERE m.run_id = of_run AND m."group" = of_group
       AND (v.version <> m.mover_version OR v.status <> 'proposed' OR c.status <> 'open'
            OR COALESCE(h.version, g.version) <> m.home_version OR h.status <> 'proposed'))
$$;
REVOKE EXECUTE ON FUNCTION accommodation_swap_unchanged(bigint, integer) FROM PUBLIC;

-- A landlord answers its part. Answers 'bound' (all have agreed now), 'agreed', 'refused', 'changed', 'late', 'gone' (it
-- stands no more), 'none' (no such part for who acts: the same as hidden). Until it binds, an agreement can be taken back.
CREATE OR REPLACE FUNCTION accommodation_swap_answer(which bigint, agrees boolean, why text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  part accommodation_movepart%ROWTYPE;
  move accommodation_proposedmove%ROWTYPE;
  due date;
BEGIN
  PERFORM accommodation_swap_lock();
  SELECT * INTO part FROM accommodation_movepart p
   WHERE p.id = which AND p.partnership_id = acting_partnership() AND p.organisation_id = acting_organisation()
     AND acting_role('manager') AND accommodation_swap_open(p.move_id);
  IF part.id IS NULL OR agrees IS NULL THEN
    RETURN 'none';
  END IF;
  SELECT * INTO move FROM accommodation_proposedmove m WHERE m.id = part.move_id;
  IF move.status <> 'proposed' OR part.status NOT IN ('asked', 'agreed') THEN
    RETURN CASE WHEN agrees AND part.status = 'agreed' AND move.status <> 'freed' THEN 'agreed' ELSE 'gone' END;
  END IF;
  IF part.due_on < accommodation_swap_today() THEN
    PERFORM accommodation_swap_free(move.run_id, move."group", 'Not everybody answered in time. They are in the next run.');
    RETURN 'late';
  END IF;
  IF NOT accommodation_swap_unchanged(move.run_id, move."group") THEN
    PERFORM accommodation_swap_free(move.run_id, move."group",
      'Somebody or something of it has changed since it was proposed. They are in the next run.');
    RETURN 'changed';
  END IF;
  UPDATE accommodation_movepart
     SET status = CASE WHEN agrees THEN 'agreed' ELSE 'refused' END, words = CASE WHEN agrees THEN '' ELSE left(why, 300) END,
         answered_at = clock_timestamp(), answered_by_id = acting_user(),
         answered_by = (SELECT u.name FROM access_user u WHERE u.id = acting_user())
   WHERE id = part.id;
  IF NOT agrees THEN
    PERFORM accommodation_swap_free(move.run_id, move."group", 'Not every landlord agreed. They are in the next run.');
    RETURN 'refused';
  END IF;
  IF EXISTS (SELECT FROM accommodation_movepart p JOIN accommodation_proposedmove m ON m.id = p.move_id
              WHERE m.run_id = move.run_id AND m."group" = move."group" AND p.status <> 'agreed') THEN
    RETURN 'agreed';
  END IF;
  SELECT accommodation_swap_today() + r.answer_days INTO due
    FROM accommodation_run u JOIN accommodation_reciprocalrules r ON r.id = u.rules_id WHERE u.id = move.run_id;
  UPDATE accommodation_proposedmove SET status = 'bound', status_at = clock_timestamp(), answer_due = due
   WHERE run_id = move.run_id AND "group" = move."group";
  UPDATE accommodation_movepart p SET stands = 'bound' FROM accommodation_proposedmove m
   WHERE m.run_id = move.run_id AND m."group" = move."group" AND p.move_id = m.id;
  UPDATE accommodation_mover v SET status = 'offered', status_words = 'All landlords have agreed. The home is theirs to take.'
    FROM accommodation_proposedmove m
   WHERE m.run_id = move.run_id AND m."group" = move."group" AND v.id = m.mover_id;
  RETURN 'bound';
END $$;

-- What is offered to a household, for who works with its case: before it is bound only that something is proposed.
CREATE OR REPLACE FUNCTION accommodation_swap_offer(of_mover bigint) RETURNS TABLE (
  id bigint, status text, status_at timestamptz, words text, answer_due date, moved_on date, landlord text,
  area_code text, bedrooms integer, step_free boolean, wheelchair boolean, ready_on date
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT m.id, m.status::text, m.status_at, m.status_words::text, m.answer_due, m.moved_on,
         CASE WHEN t.told THEN o.name::text END,
         CASE WHEN t.told THEN COALESCE(h.area_code, g.from_area)::text END,
         CASE WHEN t.told THEN COALESCE(h.bedrooms, g.home_bedrooms)::integer END,
         CASE WHEN t.told THEN COALESCE(h.step_free, g.home_step_free) END,
         CASE WHEN t.told THEN COALESCE(h.wheelchair, g.home_wheelchair) END,
         CASE WHEN t.told THEN h.ready_on END
    FROM accommodation_mover v
    JOIN accommodation_proposedmove m ON m.mover_id = v.id
    JOIN accommodation_landlord l ON l.id = m.gives_id JOIN access_organisation o ON o.id = l.organisation_id
    LEFT JOIN accommodation_pledgedhome h ON h.id = m.home_id
    LEFT JOIN accommodation_mover g ON g.id = m.leaves_id
    CROSS JOIN LATERAL (SELECT m.status IN ('bound', 'accepted', 'moved', 'refused') AS told) t
   WHERE v.id = of_mover AND v.partnership_id = acting_partnership()
     AND accommodation_looks(v.case_id, v.organisation_id = acting_organisation())
   ORDER BY m.id DESC
$$;

-- The household answers what was bound. 'accepted', 'refused', 'gone' (for a refusal: also where another household has moved
-- on the strength of their answer), 'none'. A refusal uses up their one offer; whoever
-- was to move into their home, and who comes after these, is free for the next run and has used up nothing.
CREATE OR REPLACE FUNCTION accommodation_swap_household(which bigint, takes_it boolean, why text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  move accommodation_proposedmove%ROWTYPE;
  next_one accommodation_proposedmove%ROWTYPE;
  who accommodation_mover%ROWTYPE;
  last_mover bigint;
BEGIN
  PERFORM accommodation_swap_lock();
  SELECT m.* INTO move FROM accommodation_proposedmove m JOIN accommodation_mover v ON v.id = m.mover_id
   WHERE m.id = which AND m.partnership_id = acting_partnership()
     AND accommodation_looks(v.case_id, v.organisation_id = acting_organisation());
  IF move.id IS NULL OR takes_it IS NULL OR move.status IN ('proposed', 'freed') THEN
    RETURN 'none';
  END IF;
  IF takes_it AND move.status IN ('accepted', 'moved') THEN
    RETURN 'accepted';
  END IF;
  IF move.status NOT IN ('bound', 'accepted') THEN
    RETURN 'gone';
  END IF;
  -- Somebody has moved into the home that they leave; or, of a cycle, anybody at all: whose refusal frees the rest of it
  -- leaves who has moved in the home of somebody who stays.
  IF NOT takes_it AND EXISTS (SELECT FROM accommodation_proposedmove m
       WHERE m.run_id = move.run_id AND m.status = 'moved'
         AND (m.leaves_id = move.mover_id OR (move.is_cycle AND m."group" = move."group"))) THEN
    RETURN 'gone';
  END IF;
  IF takes_it THEN
    UPDATE accommodation_proposedmove SET status = 'accepted', status_at = clock_timestamp() WHERE id = which;
    UPDATE accommodation_movepart SET stands = 'accepted' WHERE move_id = which;
    UPDATE accommodation_mover SET status_words = 'They have accepted. Say when they have moved.' WHERE id = move.mover_id;
    RETURN 'accepted';
  END IF;
  -- Why is for who works with the case: others read the move.
  UPDATE accommodation_proposedmove SET status = 'refused', status_at = clock_timestamp(),
         status_words = 'The household did not take the home.' WHERE id = which;
  UPDATE accommodation_movepart SET stands = 'refused', words = 'The household did not take the home.' WHERE move_id = which;
  UPDATE accommodation_mover SET status = 'refused', status_words = left(why, 300) WHERE id = move.mover_id;
  UPDATE accommodation_pledgedhome SET status = 'open' WHERE id = move.home_id AND status = 'proposed';
  last_mover := move.mover_id;
  LOOP
    SELECT * INTO next_one FROM accommodation_proposedmove m
     WHERE m.leaves_id = last_mover AND m.run_id = move.run_id AND m.status IN ('bound', 'accepted');
    EXIT WHEN next_one.id IS NULL;
    UPDATE accommodation_proposedmove SET status = 'freed', status_at = clock_timestamp(),
           status_words = 'The home did not become free.' WHERE id = next_one.id;
    UPDATE accommodation_movepart SET status = 'freed', stands = 'freed', words = 'The home did not become free.'
     WHERE move_id = next_one.id;
    UPDATE accommodation_mover SET status = 'registered',
           status_words = 'The home that was offered did not become free. They are in the next run: this was not their one offer.'
     WHERE id = next_one.mover_id;
    last_mover := next_one.mover_id;
  END LOOP;
  RETURN 'refused';
END $$;

-- They have moved. 'moved', 'early' (the home is not empty yet), 'others' (not everybody of the cycle has accepted), 'day'
-- (a day that cannot be), 'gone', 'none'. One line for who gave a home, one for who took it: what is owed in all stays nothing.
CREATE OR REPLACE FUNCTION accommodation_swap_moved(which bigint, day date) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  move accommodation_proposedmove%ROWTYPE;
BEGIN
  PERFORM accommodation_swap_lock();
  SELECT m.* INTO move FROM accommodation_proposedmove m JOIN accommodation_mover v ON v.id = m.mover_id
   WHERE m.id = which AND m.partnership_id = acting_partnership()
     AND accommodation_looks(v.case_id, v.organisation_id = acting_organisation());
  IF move.id IS NULL OR move.status IN ('proposed', 'freed') THEN
    RETURN 'none';
  END IF;
  IF move.status = 'moved' THEN
    RETURN 'moved';
  END IF;
  IF move.status <> 'accepted' THEN
    RETURN 'gone';
  END IF;
  IF day IS NULL OR day > accommodation_swap_today()
     OR day < (SELECT (u.at AT TIME ZONE 'Europe/London')::date FROM accommodation_run u WHERE u.id = move.run_id) THEN
    RETURN 'day';
  END IF;
  IF move.is_cycle THEN
    IF EXISTS (SELECT FROM accommodation_proposedmove m WHERE m.run_id = move.run_id AND m."group" = move."group"
                  AND m.status NOT IN ('accepted', 'moved')) THEN
      RETURN 'others';
    END IF;
  ELSIF move.leaves_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM accommodation_proposedmove m WHERE m.run_id = move.run_id AND m.mover_id = move.leaves_id
         AND m.status = 'moved' AND m.moved_on <= day) THEN
    RETURN 'early';
  END IF;
  UPDATE accommodation_proposedmove SET status = 'moved', status_at = clock_timestamp(), moved_on = day WHERE id = which;
  UPDATE accommodation_movepart SET stands = 'moved', moved_on = day WHERE move_id = which;
  UPDATE accommodation_mover SET status = 'moved', status_words = '' WHERE id = move.mover_id;
  UPDATE accommodation_pledgedhome SET status = 'let' WHERE id = move.home_id;
  INSERT INTO accommodation_ledgerline (id, landlord_id, partnership_id, move_id, homes, "on", words)
  VALUES (new_id(), move.gives_id, move.partnership_id, which, 1, day, 'Gave a home'),
         (new_id(), move.takes_id, move.partnership_id, which, -1, day, 'A household of theirs was housed');
  RETURN 'moved';
END $$;

-- Taking back ---------------------------------------------------------------------------------------------------------

-- A mover is taken out, by who registered them. 'withdrawn', 'offered' (they have an offer to answer), 'gone', 'none'.
CREATE OR REPLACE FUNCTION accommodation_swap_withdraw(which bigint, why text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  who accommodation_mover%ROWTYPE;
  move accommodation_proposedmove%ROWTYPE;
BEGIN
  PERFORM accommodation_swap_lock();
  SELECT * INTO who FROM accommodation_mover v
   WHERE v.id = which AND v.partnership_id = acting_partnership()
     AND accommodation_looks(v.case_id, v.organisation_id = acting_organisation());
  IF who.id IS NULL THEN
    RETURN 'none';
  END IF;
  IF who.status NOT IN ('registered', 'proposed') THEN
    RETURN CASE who.status WHEN 'offered' THEN 'offered' ELSE 'gone' END;
  END IF;
  SELECT * INTO move FROM accommodation_proposedmove m WHERE m.mover_id = which AND m.status = 'proposed';
  IF move.id IS NOT NULL THEN
    PERFORM accommodation_swap_free(move.run_id, move."group",
      'Somebody or something of it has changed since it was proposed. They are in the next run.');
  END IF;
  UPDATE accommodation_mover SET status = 'withdrawn', status_words = left(why, 300), version = version + 1 WHERE id = which;
  RETURN 'withdrawn';
END $$;

-- A pledged home is taken back, by its landlord's manager or the coordinator. 'withdrawn', 'bound', 'gone', 'none'.
CREATE OR REPLACE FUNCTION accommodation_swap_withdraw_home(which bigint, why text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  home accommodation_pledgedhome%ROWTYPE;
  move accommodation_proposedmove%ROWTYPE;
BEGIN
  PERFORM accommodation_swap_lock();
  SELECT * INTO home FROM accommodation_pledgedhome h
   WHERE h.id = which AND h.partnership_id = acting_partnership()
     AND (acting_role('placement_coordinator') OR (acting_role('manager') AND h.organisation_id = acting_organisation()));
  IF home.id IS NULL THEN
    RETURN 'none';
  END IF;
  SELECT * INTO move FROM accommodation_proposedmove m
   WHERE m.home_id = which AND m.status IN ('proposed', 'bound', 'accepted');
  IF move.status IN ('bound', 'accepted') THEN
    RETURN 'bound';
  END IF;
  IF home.status NOT IN ('open', 'proposed') THEN
    RETURN 'gone';
  END IF;
  IF move.id IS NOT NULL THEN
    PERFORM accommodation_swap_free(move.run_id, move."group",
      'Somebody or something of it has changed since it was proposed. They are in the next run.');
  END IF;
  UPDATE accommodation_pledgedhome SET status = 'withdrawn', withdrawn_why = left(why, 300), version = version + 1
   WHERE id = which;
  RETURN 'withdrawn';
END $$;

-- A landlord leaves: what it pledged and registered is taken out; its ledger stays. 'left', 'live' (something is proposed or
-- agreed), 'none'.
CREATE OR REPLACE FUNCTION accommodation_swap_leave(which bigint, why text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  PERFORM accommodation_swap_lock();
  PERFORM FROM accommodation_landlord l
    WHERE l.id = which AND l.partnership_id = acting_partnership() AND l.left_on IS NULL
      AND (acting_role('placement_coordinator') OR (acting_role('manager') AND l.organisation_id = acting_organisation()));
  IF NOT FOUND THEN
    RETURN 'none';
  END IF;
  IF EXISTS (SELECT FROM accommodation_proposedmove m WHERE which IN (m.gives_id, m.takes_id)
                AND m.status IN ('proposed', 'bound', 'accepted')) THEN
    RETURN 'live';
  END IF;
  UPDATE accommodation_pledgedhome SET status = 'withdrawn', withdrawn_why = 'The landlord left the scheme.',
         version = version + 1 WHERE landlord_id = which AND status = 'open';
  UPDATE accommodation_mover SET status = 'withdrawn', status_words = 'The landlord left the scheme.', version = version + 1
   WHERE landlord_id = which AND status = 'registered';
  UPDATE accommodation_landlord SET left_on = accommodation_swap_today(), left_why = left(why, 300) WHERE id = which;
  RETURN 'left';
END $$;

-- Who is told --------------------------------------------------------------------------------------------------------

-- Managers whose landlord has a part to answer, nobody who is walled from its household: for the job.
CREATE OR REPLACE FUNCTION accommodation_swap_asked(of_run bigint, due_by date) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT DISTINCT u.id
    FROM accommodation_movepart p JOIN accommodation_proposedmove m ON m.id = p.move_id
    JOIN access_membership s ON s.organisation_id = p.organisation_id AND s.is_active AND 'manager' = ANY (s.roles::text[])
    JOIN access_user u ON u.id = s.user_id AND u.is_active
   WHERE (acting_role('job:accommodation_swap') OR acting_role('job:accommodation_follow_up'))
     AND p.partnership_id = acting_partnership() AND p.status = 'asked' AND (of_run IS NULL OR m.run_id = of_run)
     AND (due_by IS NULL OR p.due_on <= due_by)
     AND NOT EXISTS (
       SELECT FROM accommodation_mover v CROSS JOIN LATERAL people_walled_from(v.person_id) w
        WHERE v.id IN (m.mover_id, m.leaves_id) AND (w.user_id = u.id OR w.team_id IN (
              SELECT t.team_id FROM access_membership o JOIN access_membership_teams t ON t.membership_id = o.id
               WHERE o.user_id = u.id AND o.is_active)))
$$;

-- Who registered the households of a group that has just bound, asked by the landlord that agreed last.
CREATE OR REPLACE FUNCTION accommodation_swap_registered_by(of_part bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT DISTINCT v.registered_by_id
    FROM accommodation_movepart p JOIN accommodation_proposedmove k ON k.id = p.move_id
    JOIN accommodation_proposedmove m ON m.run_id = k.run_id AND m."group" = k."group" AND m.status = 'bound'
    JOIN accommodation_mover v ON v.id = m.mover_id
   WHERE p.id = of_part AND p.organisation_id = acting_organisation() AND v.registered_by_id IS NOT NULL
$$;

-- Each morning: what was not answered in time is freed. Answers how many groups.
CREATE OR REPLACE FUNCTION accommodation_swap_late() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  one record;
  freed integer := 0;
BEGIN
  IF acting_role('job:accommodation_follow_up') IS NOT TRUE THEN
    RETURN 0;
  END IF;
  PERFORM accommodation_swap_lock();
  FOR one IN
    SELECT DISTINCT m.run_id, m."group" AS number FROM accommodation_movepart p
      JOIN accommodation_proposedmove m ON m.id = p.move_id
     WHERE p.partnership_id = acting_partnership() AND p.status = 'asked' AND m.status = 'proposed'
       AND p.due_on < accommodation_swap_today()
  LOOP
    PERFORM accommodation_swap_free(one.run_id, one.number, 'Not everybody answered in time. They are in the next run.');
    freed := freed + 1;
  END LOOP;
  PERFORM accommodation_swap_stop(r.id, true) FROM accommodation_run r
    WHERE r.partnership_id = acting_partnership() AND r.status IN ('waiting', 'running');
  RETURN freed;
END $$;

-- Households whose answer is due, and who registered them: for the job.
CREATE OR REPLACE FUNCTION accommodation_swap_answers_due() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT DISTINCT v.registered_by_id FROM accommodation_proposedmove m JOIN accommodation_mover v ON v.id = m.mover_id
   WHERE acting_role('job:accommodation_follow_up') AND m.partnership_id = acting_partnership() AND m.status = 'bound'
     AND m.answer_due <= accommodation_swap_today() AND v.registered_by_id IS NOT NULL
$$;
