-- Taking a space. Two organisations have a part in it: the provider holds, who asks accepts. So the last step is one
-- function. Everybody locks in this order: the need, its asks by number, the space, its periods; nobody waits for one
-- another in a ring. The exclusion constraint on accommodation_occupancy stands behind all of it.

-- A period cut short at this moment; empty where it has not begun. Clocks that go back make nothing negative.
CREATE OR REPLACE FUNCTION accommodation_cut(during tstzrange, at timestamptz) RETURNS tstzrange
LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN tstzrange(lower(during), GREATEST(lower(during), at), '[)');

-- Two who take one space at once come one after the other, whichever of its periods they touch. Until the transaction ends.
CREATE OR REPLACE FUNCTION accommodation_lock_space(which bigint) RETURNS void
LANGUAGE sql VOLATILE AS $$ SELECT pg_advisory_xact_lock(hashtextextended('accommodation_space', which)) $$;

-- Until when spaces of the partnership are taken from a moment on, and neither by whom nor for what.
CREATE OR REPLACE FUNCTION accommodation_taken(at timestamptz) RETURNS TABLE (space_id bigint, until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public ROWS 1000 AS $$  -- said to be many: else they are gone through anew for each space
  SELECT o.space_id, max(COALESCE(upper(o.during), '9999-12-31 23:59:59.999999+00'))
    FROM accommodation_occupancy o
   WHERE o.partnership_id = acting_partnership() AND (acting_works_cases() OR acting_role('placement_coordinator')
          OR acting_role('job:accommodation_allocation'))
     AND COALESCE(upper(o.during), '9999-12-31 23:59:59.999999+00') > at AND NOT isempty(o.during)
   GROUP BY o.space_id
$$;

-- Whether an organisation works with the whole of a case now, not in an emergency alone.
CREATE OR REPLACE FUNCTION accommodation_involved(of_case bigint, of_organisation bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (SELECT FROM cases_casesight s
                  WHERE s.case_id = of_case AND s.organisation_id = of_organisation AND s.scope >= 3
                    AND s.source = 'involvement' AND (s.until IS NULL OR s.until > now()))
$$;
REVOKE EXECUTE ON FUNCTION accommodation_involved(bigint, bigint) FROM PUBLIC;

-- Whether whoever acts looks for the household of a need: involved in the whole case, and of the organisation that looks
-- or with her address. A provider that the case was shared with does not look.
-- The conditions of cases_acting_sees, on the very row that is asked for: once, since hundreds are asked on one page.
CREATE OR REPLACE FUNCTION accommodation_looks(of_case bigint, ours boolean) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (SELECT FROM cases_casesight s WHERE s.case_id = of_case AND s.organisation_id = acting_organisation()
                    AND (acting_works_cases() OR (acting_sits_at_marac() AND s.user_id = acting_user()))
                    AND s.scope >= 3 AND s.source = 'involvement' AND (s.until IS NULL OR s.until > now())
                    AND (s.team_id IS NULL OR s.team_id = ANY (acting_teams()))
                    AND (s.user_id IS NULL OR s.user_id = acting_user())
                    AND s.person_id <> ALL (acting_walls())
                    AND (s.address OR ours))
$$;
REVOKE EXECUTE ON FUNCTION accommodation_looks(bigint, boolean) FROM PUBLIC;

-- The same of an ask: the provider that was asked never answers for her.
CREATE OR REPLACE FUNCTION accommodation_seeks(a accommodation_ask) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT ((a).organisation_id <> acting_organisation() OR (a).asked_organisation_id = acting_organisation())
     AND accommodation_looks((a).case_id, (a).asked_organisation_id = acting_organisation())
$$;
REVOKE EXECUTE ON FUNCTION accommodation_seeks(accommodation_ask) FROM PUBLIC;

-- One step of an ask, with who did it, for asks of others that an acceptance ends: they are told, and not by whom.
CREATE OR REPLACE FUNCTION accommodation_step(of_ask bigint, to_status text, why text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
  UPDATE accommodation_ask SET status = to_status, status_at = clock_timestamp(), version = version + 1 WHERE id = of_ask;
  INSERT INTO accommodation_askchange (id, ask_id, status, at, by_name, reason, words)
  VALUES (new_id(), of_ask, to_status, clock_timestamp(), '', '', why);
$$;
REVOKE EXECUTE ON FUNCTION accommodation_step(bigint, text, text) FROM PUBLIC;

-- The provider's sight ends with the ask for which it was given, unless another ask of theirs still stands in this case.
CREATE OR REPLACE FUNCTION accommodation_end_sight(of_ask bigint) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
  SELECT cases_end_place_shares(a.case_id, a.organisation_id, 'The ask for a place has ended')
    FROM accommodation_ask a
   WHERE a.id = of_ask AND a.share_id IS NOT NULL
     AND NOT EXISTS (SELECT FROM accommodation_ask o
                      WHERE o.case_id = a.case_id AND o.organisation_id = a.organisation_id AND o.id <> of_ask
                        AND o.share_id IS NOT NULL AND o.status IN ('asked', 'talking', 'offered', 'accepted'))
$$;
REVOKE EXECUTE ON FUNCTION accommodation_end_sight(bigint) FROM PUBLIC;

-- The household says yes. Answers the stay, or why not: 'gone' (the hold has ended or was never made), 'placed' (they have
-- a place already), 'ended' (nobody looks any more), 'unshared' (the provider does not know who comes), 'none' (no such ask
-- for who acts: the same as hidden). Said twice, the second answer is the stay as well.
CREATE OR REPLACE FUNCTION accommodation_accept(which bigint) RETURNS TABLE (stay bigint, answer text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  ask accommodation_ask%ROWTYPE;
  need accommodation_need%ROWTYPE;
  hold accommodation_occupancy%ROWTYPE;
  other record;
  at timestamptz;
BEGIN
  SELECT * INTO ask FROM accommodation_ask a
   WHERE a.id = which AND a.partnership_id = acting_partnership() AND accommodation_seeks(a);
  IF ask.id IS NULL THEN
    RETURN QUERY SELECT NULL::bigint, 'none';
    RETURN;
  END IF;
  SELECT * INTO need FROM accommodation_need n WHERE n.id = ask.need_id FOR NO KEY UPDATE;
  PERFORM a.id FROM accommodation_ask a
    WHERE a.need_id = need.id AND a.status IN ('asked', 'talking', 'offered') ORDER BY a.id FOR NO KEY UPDATE;
  SELECT * INTO ask FROM accommodation_ask a WHERE a.id = which;
  IF ask.status = 'accepted' THEN
    RETURN QUERY SELECT y.id, 'again' FROM accommodation_stay y WHERE y.ask_id = which;
    RETURN;
  END IF;
  IF need.status <> 'open' THEN
    RETURN QUERY SELECT NULL::bigint, CASE need.status WHEN 'placed' THEN 'placed' ELSE 'ended' END;
    RETURN;
  END IF;
  PERFORM accommodation_lock_space(ask.space_id);
  at := clock_timestamp();
  SELECT * INTO hold FROM accommodation_occupancy o
   WHERE o.ask_id = which AND o.space_id = ask.space_id AND o.kind = 'hold' AND o.during @> at FOR NO KEY UPDATE;
  IF hold.id IS NULL OR ask.status <> 'offered' THEN
    RETURN QUERY SELECT NULL::bigint, 'gone';
    RETURN;
  END IF;
  IF NOT accommodation_involved(ask.case_id, ask.organisation_id) THEN
    RETURN QUERY SELECT NULL::bigint, 'unshared';
    RETURN;
  END IF;
  -- Before a row points to the case, since its sight is written anew below.
  PERFORM FROM cases_case c WHERE c.id = ask.case_id FOR NO KEY UPDATE;
  stay := new_id();
  INSERT INTO accommodation_stay (id, partnership_id, organisation_id, need_id, ask_id, case_id, person_id, space_id, status,
      expected_at, not_arrived_why, ending, destination, destination_version, left_words, longer, benefit, benefit_words,
      version)
  VALUES (stay, ask.partnership_id, ask.organisation_id, ask.need_id, ask.id, ask.case_id, ask.person_id, ask.space_id,
          'expected', GREATEST(COALESCE(ask.ready_at, at), at), '', '', '', '', '', '{}', 'not_asked', '', 1);
  -- Nobody else comes between the hold and the stay: it is the same period, without an end.
  UPDATE accommodation_occupancy SET kind = 'stay', during = tstzrange(lower(hold.during), NULL, '[)'), stay_id = stay
   WHERE id = hold.id;
  UPDATE accommodation_need SET status = 'placed', version = version + 1 WHERE id = need.id;
  UPDATE accommodation_ask SET status = 'accepted', status_at = at, version = version + 1 WHERE id = which;
  INSERT INTO accommodation_askchange (id, ask_id, status, at, by_id, by_name, organisation_id, reason, words)
  VALUES (new_id(), which, 'accepted', at, acting_user(), '', acting_organisation(), '', '');
  FOR other IN
    SELECT a.id FROM accommodation_ask a
     WHERE a.need_id = need.id AND a.id <> which AND a.status IN ('asked', 'talking', 'offered') ORDER BY a.id
  LOOP
    UPDATE accommodation_occupancy o SET during = accommodation_cut(o.during, at)
     WHERE o.ask_id = other.id AND o.kind = 'hold' AND o.during @> at;
    PERFORM accommodation_step(other.id, 'lost', 'They have found a place.');
    PERFORM accommodation_end_sight(other.id);
  END LOOP;
  PERFORM cases_keep_place_shares(ask.case_id, ask.organisation_id);
  answer := 'accepted';
  RETURN NEXT;
END $$;

-- Asks whose hold has run out, for the job that says so: nobody is locked in a dead offer.
CREATE OR REPLACE FUNCTION accommodation_expire() RETURNS TABLE (ask bigint, asked_organisation bigint, organisation bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  -- Nobody acts: the answer of acting_role is null, which is not "no".
  IF acting_role('job:accommodation_follow_up') IS NOT TRUE THEN
    RETURN;
  END IF;
  FOR ask, asked_organisation, organisation IN
    SELECT a.id, a.asked_organisation_id, a.organisation_id FROM accommodation_ask a
     WHERE a.status = 'offered' AND a.hold_until <= clock_timestamp() AND a.partnership_id = acting_partnership()
     ORDER BY a.id FOR NO KEY UPDATE SKIP LOCKED
  LOOP
    PERFORM accommodation_step(ask, 'expired', 'The hold ran out.');
    PERFORM accommodation_end_sight(ask);
    RETURN NEXT;
  END LOOP;
END $$;

-- What an ask leaves behind when it has ended, by whichever side: its hold, which is the provider's row, and the provider's
-- sight, which is the seeker's gift.
DROP FUNCTION IF EXISTS accommodation_release(bigint);
CREATE OR REPLACE FUNCTION accommodation_ended(which bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  PERFORM FROM accommodation_ask a
    WHERE a.id = which AND a.status IN ('refused', 'declined', 'withdrawn') AND a.partnership_id = acting_partnership()
      AND (a.organisation_id = acting_organisation() OR accommodation_seeks(a));
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  UPDATE accommodation_occupancy o SET during = accommodation_cut(o.during, clock_timestamp())
   WHERE o.ask_id = which AND o.kind = 'hold' AND o.during @> clock_timestamp();
  RETURN accommodation_end_sight(which);
END $$;

-- They came: the search has ended. The provider says so of its own stay, and may not write the need itself.
CREATE OR REPLACE FUNCTION accommodation_arrived(of_stay bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
  UPDATE accommodation_need n SET status = 'ended', ended_at = y.arrived_at, ended_why = 'housed', version = n.version + 1
    FROM accommodation_stay y
   WHERE y.id = of_stay AND y.status = 'in' AND y.organisation_id = acting_organisation() AND cases_acting_sees(y.case_id, 3)
     AND n.id = y.need_id AND n.case_id = y.case_id AND n.status = 'placed';
  UPDATE accommodation_nextstep k SET ended_at = clock_timestamp()
    FROM accommodation_stay y, accommodation_need n
   WHERE y.id = of_stay AND n.id = y.need_id AND n.case_id = y.case_id AND n.status = 'ended' AND n.ended_why = 'housed'
     AND y.organisation_id = acting_organisation() AND k.need_id = n.id AND k.ended_at IS NULL;
$$;

-- Somebody did not come: the ask is withdrawn and the need is open again, so that nobody is lost with a place that fell
-- through. Only for the provider's own stay that has just been said not to have begun. Its sight ends with it.
CREATE OR REPLACE FUNCTION accommodation_fall_through(of_stay bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  found accommodation_stay%ROWTYPE;
BEGIN
  SELECT * INTO found FROM accommodation_stay y
   WHERE y.id = of_stay AND y.status = 'not_arrived' AND y.organisation_id = acting_organisation()
     AND cases_acting_sees(y.case_id, 3);
  IF found.id IS NULL OR found.need_id IS NULL THEN
    RETURN;
  END IF;
  PERFORM FROM accommodation_need n WHERE n.id = found.need_id AND n.case_id = found.case_id FOR NO KEY UPDATE;
  PERFORM accommodation_step(a.id, 'expired', 'They did not arrive.') FROM accommodation_ask a
   WHERE a.id = found.ask_id AND a.case_id = found.case_id AND a.status = 'accepted';
  UPDATE accommodation_need SET status = 'open', version = version + 1
   WHERE id = found.need_id AND case_id = found.case_id AND status = 'placed';
  PERFORM accommodation_end_sight(a.id) FROM accommodation_ask a
   WHERE a.id = found.ask_id AND a.case_id = found.case_id AND a.status = 'expired';
END $$;

-- What they need has changed: whoever was asked reads it anew, also where somebody else of those who look had asked.
CREATE OR REPLACE FUNCTION accommodation_new_sheet(of_need bigint, new_sheet jsonb) RETURNS SETOF bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  one record;
BEGIN
  PERFORM FROM accommodation_need n
    WHERE n.id = of_need AND accommodation_looks(n.case_id, n.organisation_id = acting_organisation());
  IF NOT FOUND THEN
    RETURN;
  END IF;
  FOR one IN
    SELECT a.id, a.status FROM accommodation_ask a
     WHERE a.need_id = of_need AND a.sheet <> new_sheet
       -- Also who has promised a place and waits for them: a child may have been born since.
       AND (a.status IN ('asked', 'talking', 'offered')
            OR (a.status = 'accepted' AND EXISTS (SELECT FROM accommodation_stay y
                                                   WHERE y.ask_id = a.id AND y.status = 'expected')))
     ORDER BY a.id FOR NO KEY UPDATE
  LOOP
    UPDATE accommodation_ask SET sheet = new_sheet, version = version + 1 WHERE id = one.id;
    INSERT INTO accommodation_askchange (id, ask_id, status, at, by_name, reason, words)
    VALUES (new_id(), one.id, one.status, clock_timestamp(), '', '', 'What they need has changed.');
    RETURN NEXT one.id;
  END LOOP;
END $$;

-- Who of a provider is told that something waits: by the side that does it. Whom the share would go to, not walled.
CREATE OR REPLACE FUNCTION accommodation_provider_users(of_ask bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH asked AS (
    SELECT a.person_id, a.organisation_id, p.team_id
      FROM accommodation_ask a LEFT JOIN accommodation_provider p ON p.organisation_id = a.organisation_id
     WHERE a.id = of_ask AND accommodation_seeks(a)
  ), walled AS (
    SELECT w.user_id, w.team_id FROM asked CROSS JOIN LATERAL people_walled_from(asked.person_id) w
  )
  SELECT u.id FROM asked
    JOIN access_membership m ON m.organisation_id = asked.organisation_id AND m.is_active
     AND m.roles::text[] && ARRAY['practitioner', 'manager']
    JOIN access_user u ON u.id = m.user_id AND u.is_active
   WHERE (asked.team_id IS NULL OR EXISTS (SELECT FROM access_membership_teams t
                                            WHERE t.membership_id = m.id AND t.team_id = asked.team_id))
     AND NOT EXISTS (SELECT FROM walled w WHERE w.user_id = u.id OR w.team_id IN (
           SELECT t.team_id FROM access_membership o JOIN access_membership_teams t ON t.membership_id = o.id
            WHERE o.user_id = u.id AND o.is_active))
   ORDER BY u.id LIMIT 100
$$;
