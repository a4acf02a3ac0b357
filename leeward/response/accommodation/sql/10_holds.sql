-- Taking a space. Two organisations have a part in it: the provider holds, who asks accepts. So the last step is one
-- function that locks the need first and the hold second, always in this order: nobody waits for one another in a ring.
-- The exclusion constraint on accommodation_occupancy stands behind all of it.

-- A period cut short at this moment; empty where it has not begun. Clocks that go back make nothing negative.
CREATE OR REPLACE FUNCTION accommodation_cut(during tstzrange, at timestamptz) RETURNS tstzrange
LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN tstzrange(lower(during), GREATEST(lower(during), at), '[)');

-- Whether whoever acts looks for this household: works with the whole case, not in an emergency alone, and is not only the
-- provider that was asked.
CREATE OR REPLACE FUNCTION accommodation_seeks(a accommodation_ask) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT cases_acting_sees((a).case_id, 3)
     AND ((a).organisation_id <> acting_organisation() OR (a).asked_organisation_id = acting_organisation())
     AND EXISTS (SELECT FROM cases_casesight s WHERE s.case_id = (a).case_id AND s.organisation_id = acting_organisation()
                    AND s.scope >= 3 AND s.source = 'involvement' AND (s.until IS NULL OR s.until > now())
                    AND (s.team_id IS NULL OR s.team_id = ANY (acting_teams()))
                    AND (s.user_id IS NULL OR s.user_id = acting_user()))
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

-- The household says yes. Answers the stay, or why not: 'gone' (the hold has ended or was never made), 'placed' (they have
-- a place already), 'none' (no such ask for who acts: the same as hidden).
CREATE OR REPLACE FUNCTION accommodation_accept(which bigint) RETURNS TABLE (stay bigint, answer text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  ask accommodation_ask%ROWTYPE;
  need accommodation_need%ROWTYPE;
  hold accommodation_occupancy%ROWTYPE;
  other record;
  at timestamptz := clock_timestamp();
BEGIN
  SELECT * INTO ask FROM accommodation_ask a
   WHERE a.id = which AND a.partnership_id = acting_partnership() AND accommodation_seeks(a);
  IF ask.id IS NULL THEN
    RETURN QUERY SELECT NULL::bigint, 'none';
    RETURN;
  END IF;
  SELECT * INTO need FROM accommodation_need n WHERE n.id = ask.need_id FOR UPDATE;
  IF need.status <> 'open' THEN
    RETURN QUERY SELECT NULL::bigint, 'placed';
    RETURN;
  END IF;
  SELECT * INTO hold FROM accommodation_occupancy o
   WHERE o.ask_id = which AND o.kind = 'hold' AND o.during @> at FOR UPDATE;
  SELECT * INTO ask FROM accommodation_ask a WHERE a.id = which;
  IF hold.id IS NULL OR ask.status <> 'offered' THEN
    RETURN QUERY SELECT NULL::bigint, 'gone';
    RETURN;
  END IF;
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
  END LOOP;
  answer := 'accepted';
  RETURN NEXT;
END $$;

-- Asks whose hold has run out, for the job that says so: nobody is locked in a dead offer.
CREATE OR REPLACE FUNCTION accommodation_expire() RETURNS TABLE (ask bigint, asked_organisation bigint, organisation bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF NOT acting_role('job:accommodation_follow_up') THEN
    RETURN;
  END IF;
  FOR ask, asked_organisation, organisation IN
    SELECT a.id, a.asked_organisation_id, a.organisation_id FROM accommodation_ask a
     WHERE a.status = 'offered' AND a.hold_until <= clock_timestamp() ORDER BY a.id FOR UPDATE SKIP LOCKED
  LOOP
    PERFORM accommodation_step(ask, 'expired', 'The hold ran out.');
    RETURN NEXT;
  END LOOP;
END $$;

-- The hold of an ask that has ended, given up by who looked: the period is the provider's row.
CREATE OR REPLACE FUNCTION accommodation_release(which bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
  UPDATE accommodation_occupancy o SET during = accommodation_cut(o.during, clock_timestamp())
    FROM accommodation_ask a
   WHERE a.id = which AND o.ask_id = a.id AND o.kind = 'hold' AND o.during @> clock_timestamp()
     AND a.status IN ('declined', 'withdrawn') AND accommodation_seeks(a);
$$;

-- Somebody did not come: the ask is withdrawn and the need is open again, so that nobody is lost with a place that fell
-- through. Only for the provider's own stay that has just been said not to have begun.
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
  PERFORM FROM accommodation_need n WHERE n.id = found.need_id FOR UPDATE;
  PERFORM accommodation_step(a.id, 'expired', 'They did not arrive.') FROM accommodation_ask a
   WHERE a.id = found.ask_id AND a.status = 'accepted';
  UPDATE accommodation_need SET status = 'open', version = version + 1 WHERE id = found.need_id AND status = 'placed';
END $$;
