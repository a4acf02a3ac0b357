-- What comes of a stay: the move to the next place, the list of who waits for a home, the same household looked for twice,
-- and who is asked or told by a job.

-- Whether whoever acts was asked for a place for this need. A function: a policy of needs that asked the asks themselves,
-- whose own policy asks for the need, would ask for ever.
CREATE OR REPLACE FUNCTION accommodation_asked_us(of_need bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (SELECT FROM accommodation_ask a WHERE a.need_id = of_need AND a.organisation_id = acting_organisation())
$$;

-- Before somebody arrives from another stay: everything that the arrival writes is locked, in the one order, so that who
-- ends or moves the stay before waits and nobody waits in a ring.
CREATE OR REPLACE FUNCTION accommodation_before_arrival(of_stay bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  fresh accommodation_stay%ROWTYPE;
  before accommodation_stay%ROWTYPE;
BEGIN
  SELECT * INTO fresh FROM accommodation_stay y
   WHERE y.id = of_stay AND y.status = 'expected' AND y.organisation_id = acting_organisation()
     AND cases_acting_sees(y.case_id, 3);
  IF fresh.id IS NULL OR fresh.need_id IS NULL THEN
    RETURN;
  END IF;
  SELECT y.* INTO before FROM accommodation_need n JOIN accommodation_stay y ON y.id = n.moves_from_id
   WHERE n.id = fresh.need_id AND n.case_id = fresh.case_id AND y.case_id = n.case_id AND y.status = 'in' FOR NO KEY UPDATE;
  IF before.id IS NOT NULL THEN
    PERFORM accommodation_lock_space(LEAST(before.space_id, fresh.space_id));
    PERFORM accommodation_lock_space(GREATEST(before.space_id, fresh.space_id));
  END IF;
END $$;

-- They came from another stay of theirs, of whichever provider: that one ends now, as planned, and its space gets its days
-- between two stays. Answers the stay that ended. Only for the provider's own stay that has just begun.
CREATE OR REPLACE FUNCTION accommodation_moved_out(of_stay bigint, list_version text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  fresh accommodation_stay%ROWTYPE;
  before accommodation_stay%ROWTYPE;
  period accommodation_occupancy%ROWTYPE;
  at timestamptz;
  ready timestamptz;
  goes_to text;
BEGIN
  SELECT * INTO fresh FROM accommodation_stay y
   WHERE y.id = of_stay AND y.status = 'in' AND y.organisation_id = acting_organisation()
     AND cases_acting_sees(y.case_id, 3);
  IF fresh.id IS NULL OR fresh.need_id IS NULL THEN
    RETURN NULL;
  END IF;
  SELECT y.* INTO before FROM accommodation_need n JOIN accommodation_stay y ON y.id = n.moves_from_id
   WHERE n.id = fresh.need_id AND n.case_id = fresh.case_id AND y.case_id = n.case_id AND y.status = 'in'
     AND y.id <> of_stay FOR NO KEY UPDATE OF y;
  IF before.id IS NULL THEN
    RETURN NULL;
  END IF;
  SELECT * INTO period FROM accommodation_occupancy o
   WHERE o.stay_id = before.id AND o.space_id = before.space_id AND o.kind = 'stay' AND upper_inf(o.during) FOR NO KEY UPDATE;
  at := GREATEST(fresh.arrived_at, before.arrived_at, lower(period.during));
  SELECT CASE t.form WHEN 'second_stage' THEN 'second_stage' WHEN 'refuge' THEN 'other_refuge' ELSE 'other_safe' END
    INTO goes_to
    FROM accommodation_space s JOIN accommodation_site t ON t.id = s.site_id WHERE s.id = fresh.space_id;
  IF period.id IS NOT NULL THEN
    UPDATE accommodation_occupancy SET during = accommodation_cut(period.during, at) WHERE id = period.id;
    SELECT LEAST(at + make_interval(days => t.turnaround_days),
                 (SELECT min(lower(o.during)) FROM accommodation_occupancy o
                   WHERE o.space_id = before.space_id AND o.id <> period.id AND NOT isempty(o.during)
                     AND lower(o.during) >= at))
      INTO ready
      FROM accommodation_space s JOIN accommodation_site t ON t.id = s.site_id WHERE s.id = before.space_id;
    IF ready > at THEN
      INSERT INTO accommodation_occupancy (id, space_id, partnership_id, organisation_id, kind, during, reason, note, set_at)
      VALUES (new_id(), before.space_id, before.partnership_id, before.organisation_id, 'turnaround',
              tstzrange(at, ready, '[)'), 'cleaning', '', clock_timestamp());
    END IF;
  END IF;
  UPDATE accommodation_stay SET status = 'left', left_at = at, planned = true, ending = 'moved_on', destination = goes_to,
         destination_version = list_version, version = version + 1
   WHERE id = before.id;
  UPDATE accommodation_resident SET until_on = GREATEST(from_on, (at AT TIME ZONE 'Europe/London')::date)
   WHERE stay_id = before.id AND until_on IS NULL;
  UPDATE accommodation_charge SET until_on = GREATEST(from_on, (at AT TIME ZONE 'Europe/London')::date)
   WHERE stay_id = before.id AND until_on IS NULL;
  RETURN before.id;
END $$;

-- Who of all providers waits for a home of their own, or for the next stage: for the placement coordinator, without names
-- and without a number that leads to anybody. Who is walled from anybody who lives there does not count them; a restricted
-- case is known to the people that are named in it (decision 0021).
CREATE OR REPLACE FUNCTION accommodation_move_on_waiting() RETURNS TABLE (
  provider text, phone text, wants text, areas text[], bedrooms int, ready_on date, waiting_since date, applied_on date,
  offered_on date, longer text[], people int, nights int, looks boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public ROWS 100 AS $$
  WITH stays AS MATERIALIZED (
    SELECT y.* FROM accommodation_stay y JOIN cases_case c ON c.id = y.case_id
     WHERE y.partnership_id = acting_partnership() AND y.status = 'in' AND acting_role('placement_coordinator')
       AND y.person_id <> ALL (acting_walls()::bigint[])
       AND NOT EXISTS (SELECT FROM accommodation_resident r WHERE r.stay_id = y.id AND r.person_id = ANY (acting_walls()))
       AND (NOT c.is_restricted OR EXISTS (SELECT FROM cases_nameduser u WHERE u.case_id = c.id
                                            AND u.user_id = acting_user() AND u.ended_at IS NULL))
  )
  SELECT o.name, o.phone, m.wants, m.areas::text[], m.bedrooms::int, m.ready_on, m.waiting_since, m.applied_on,
         m.offered_on, y.longer::text[],
         (SELECT count(*)::int FROM accommodation_resident r WHERE r.stay_id = y.id AND r.until_on IS NULL),
         ((now() AT TIME ZONE 'Europe/London')::date - (y.arrived_at AT TIME ZONE 'Europe/London')::date),
         EXISTS (SELECT FROM accommodation_need n WHERE n.moves_from_id = y.id AND n.status IN ('open', 'placed'))
    FROM stays y JOIN accommodation_moveon m ON m.stay_id = y.id JOIN access_organisation o ON o.id = y.organisation_id
   WHERE m.waiting_since IS NOT NULL OR m.ready_on IS NOT NULL
   ORDER BY COALESCE(m.waiting_since, m.ready_on), y.id
$$;

-- Of some needs, the other needs, open or promised, of the same human being: under the same record in another case, or under
-- a record that is linked with it. The case only where whoever asks sees the whole of it; else that there is one, and no more:
-- neither who looks nor why. Nothing of a restricted case or of somebody walled.
DROP FUNCTION IF EXISTS accommodation_looked_for_twice(bigint);
CREATE OR REPLACE FUNCTION accommodation_looked_for_twice(of_needs bigint[]) RETURNS TABLE (need_id bigint, case_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public ROWS 10 AS $$
  WITH RECURSIVE mine AS MATERIALIZED (
    SELECT n.id, n.person_id, n.case_id, n.organisation_id FROM accommodation_need n
     WHERE n.id = ANY (of_needs) AND n.status IN ('open', 'placed')
  ), same(need, person) AS (
    SELECT mine.id, mine.person_id FROM mine
    UNION
    SELECT same.need, l.other FROM same CROSS JOIN LATERAL (
      SELECT CASE WHEN k.first_id = same.person THEN k.second_id ELSE k.first_id END AS other
        FROM people_personlink k WHERE same.person IN (k.first_id, k.second_id) AND k.undone_at IS NULL OFFSET 0
    ) l
  ), others AS MATERIALIZED (
    -- By the person, few as they are: a join would read whoever is looked for in the whole partnership.
    SELECT same.need, mine.case_id AS looked_by, mine.organisation_id, n.case_id, n.person_id FROM same CROSS JOIN LATERAL (
      SELECT o.id, o.case_id, o.person_id FROM accommodation_need o
       WHERE o.person_id = same.person AND o.status IN ('open', 'placed') OFFSET 0
    ) n JOIN mine ON mine.id = same.need WHERE n.id <> mine.id AND n.case_id <> mine.case_id
  )
  SELECT o.need, CASE WHEN cases_acting_sees(o.case_id, 3) THEN o.case_id END
    FROM others o JOIN cases_case c ON c.id = o.case_id
   WHERE o.person_id <> ALL (acting_walls()::bigint[]) AND (NOT c.is_restricted OR cases_acting_sees(o.case_id, 3))
     -- Asked last, of the few: whoever does not look for the household is told nothing of it.
     AND accommodation_looks(o.looked_by, o.organisation_id = acting_organisation())
$$;

-- Whom a job mails that their site was not said for more than a day: who works with cases at its provider.
CREATE OR REPLACE FUNCTION accommodation_stale_users() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT DISTINCT u.id
    FROM accommodation_site t
    JOIN accommodation_provider p ON p.id = t.provider_id AND p.left_on IS NULL
    JOIN access_membership m ON m.organisation_id = t.organisation_id AND m.is_active
     AND m.roles::text[] && ARRAY['practitioner', 'manager']
    JOIN access_user u ON u.id = m.user_id AND u.is_active
   WHERE acting_role('job:accommodation_ask_stale') IS TRUE AND t.partnership_id = acting_partnership()
     AND t.closed_on IS NULL AND (t.said_at IS NULL OR t.said_at < now() - interval '1 day')
     AND EXISTS (SELECT FROM accommodation_space s WHERE s.site_id = t.id AND s.closed_on IS NULL)
     -- A provider that named the team that deals with places is asked there.
     AND (p.team_id IS NULL OR EXISTS (SELECT FROM access_membership_teams g
                                        WHERE g.membership_id = m.id AND g.team_id = p.team_id))
   ORDER BY u.id
$$;

-- Who asked for what has run out, so that they are told.
CREATE OR REPLACE FUNCTION accommodation_asked_by(asks bigint[]) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT DISTINCT a.asked_by_id FROM accommodation_ask a
   WHERE a.id = ANY (asks) AND a.asked_by_id IS NOT NULL AND a.partnership_id = acting_partnership()
     AND acting_role('job:accommodation_follow_up') IS TRUE
$$;
