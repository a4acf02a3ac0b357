-- Listing opens a case to those who sit at the table: one involvement a person, of summary scope, without address and
-- without the risk flag (the referral says what they are sent), with an end. Nothing else in this room shares a case.

CREATE OR REPLACE FUNCTION marac_involve(of_referral bigint, at bigint, whom bigint, until_at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  r marac_referral;
BEGIN
  SELECT * INTO r FROM marac_referral WHERE id = of_referral;
  -- Extended where it stands already; what a share opens never changes, so nothing else is touched.
  UPDATE cases_involvement SET until = GREATEST(until, until_at)
   WHERE case_id = r.case_id AND organisation_id = at AND user_id = whom AND origin = 'marac' AND status = 'active'
     AND (until IS NULL OR until > now());
  IF FOUND THEN
    RETURN;
  END IF;
  INSERT INTO cases_involvement (id, case_id, organisation_id, user_id, scope, address, risk, is_lead, status, at_once,
      lawful_basis, told, why, added_by_id, added_organisation_id, from_at, until, answered_at, return_reason, return_note,
      ends_sender, origin, ended_reason)
  VALUES (new_id(), r.case_id, at, whom, 2, false, false, false, 'active', true, r.lawful_basis,
      CASE r.aware WHEN 'told_agreed' THEN 'told_agreed' WHEN 'told_disagreed' THEN 'told_disagreed' ELSE 'not_told' END,
      CASE WHEN r.aware = 'told_agreed' THEN '' ELSE COALESCE(NULLIF(r.not_aware_why, ''), 'Referred to the MARAC') END,
      acting_user(), acting_organisation(), now(), until_at, now(), '', '', false, 'marac', '');
END $$;
REVOKE EXECUTE ON FUNCTION marac_involve(bigint, bigint, bigint, timestamptz) FROM PUBLIC;

-- A referral is sent: who arranges the MARAC sees it from now on, as long as its flag can stand.
CREATE OR REPLACE FUNCTION marac_open_to_arrangers(of_referral bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  r marac_referral;
  s marac_seat;
  until_at timestamptz;
  made integer := 0;
BEGIN
  SELECT * INTO r FROM marac_referral WHERE id = of_referral;
  -- The list of a daily meeting is over in days, and so is what its chair sees of it.
  SELECT now() + CASE WHEN m.kind = 'daily' THEN make_interval(days => m.sight_days) ELSE interval '15 months' END
    INTO until_at FROM marac_marac m WHERE m.id = r.marac_id;
  IF r.organisation_id IS DISTINCT FROM acting_organisation() OR r.referrer_id IS DISTINCT FROM acting_user() THEN
    RETURN 0;
  END IF;
  FOR s IN SELECT DISTINCT ON (organisation_id, user_id) * FROM marac_seat
            WHERE marac_id = r.marac_id AND ended_at IS NULL AND part IN ('chair', 'coordinator') LOOP
    PERFORM marac_involve(r.id, s.organisation_id, s.user_id, until_at);
    made := made + 1;
  END LOOP;
  PERFORM cases_refresh_sight(r.case_id);
  RETURN made;
END $$;

-- The agenda goes out: each item opens to everybody who sits there, until some weeks after the meeting.
CREATE OR REPLACE FUNCTION marac_open_to_table(of_meeting bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  i record;
  s record;
  opened integer := 0;
BEGIN
  FOR i IN SELECT it.id, it.case_id, it.referral_id, m.begins_at + make_interval(days => mm.sight_days) AS until_at, m.marac_id
             FROM marac_item it JOIN marac_meeting m ON m.id = it.meeting_id JOIN marac_marac mm ON mm.id = m.marac_id
            WHERE it.meeting_id = of_meeting AND it.status = 'listed' AND marac_arranges_item(it.id) LOOP
    FOR s IN SELECT DISTINCT organisation_id, user_id FROM marac_seat WHERE marac_id = i.marac_id AND ended_at IS NULL LOOP
      PERFORM marac_involve(i.referral_id, s.organisation_id, s.user_id, i.until_at);
    END LOOP;
    PERFORM cases_refresh_sight(i.case_id);
    opened := opened + 1;
  END LOOP;
  RETURN opened;
END $$;

-- A seat was given: what lies on the table opens to it (for who arranges: whatever is not over).
CREATE OR REPLACE FUNCTION marac_open_to_seat(of_seat bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  s marac_seat;
  r record;
  opened integer := 0;
BEGIN
  SELECT * INTO s FROM marac_seat WHERE id = of_seat AND ended_at IS NULL;
  -- IS NOT TRUE: whoever has no role at all is answered with null, which is no refusal.
  IF NOT FOUND OR NOT marac_ours(s.marac_id)
     OR (acting_role('partnership_administrator') OR s.marac_id = ANY (marac_arranges())) IS NOT TRUE THEN
    RETURN 0;
  END IF;
  FOR r IN
    SELECT DISTINCT f.id, f.case_id, now() + interval '15 months' AS until_at FROM marac_referral f
      JOIN marac_marac mm ON mm.id = f.marac_id AND mm.kind <> 'daily'
     WHERE f.marac_id = s.marac_id AND s.part IN ('chair', 'coordinator') AND f.status <> 'withdrawn'
       AND f.referred_at > now() - interval '15 months'
    UNION
    SELECT f.id, f.case_id, m.begins_at + make_interval(days => mm.sight_days)
      FROM marac_item i JOIN marac_meeting m ON m.id = i.meeting_id JOIN marac_marac mm ON mm.id = m.marac_id
      JOIN marac_referral f ON f.id = i.referral_id
     WHERE m.marac_id = s.marac_id AND i.status <> 'withdrawn'
       AND (m.status IN ('circulated', 'open', 'held')
            OR (mm.kind = 'daily' AND m.status = 'planned' AND s.part IN ('chair', 'coordinator')))
       AND m.begins_at + make_interval(days => mm.sight_days) > now()
  LOOP
    PERFORM marac_involve(r.id, s.organisation_id, s.user_id, r.until_at);
    PERFORM cases_refresh_sight(r.case_id);
    opened := opened + 1;
  END LOOP;
  RETURN opened;
END $$;

-- A seat has ended, or a case was withdrawn: what the table opened closes with it, at once.
CREATE OR REPLACE FUNCTION marac_close(of_marac bigint, of_user bigint, at bigint, of_case bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  which bigint;
  closed integer := 0;
BEGIN
  -- IS NOT TRUE: no user named, and whoever has no role at all, are null, which is no refusal.
  IF NOT marac_ours(of_marac) OR (acting_role('partnership_administrator') OR of_marac = ANY (marac_arranges())
                                  OR of_user = acting_user()) IS NOT TRUE THEN
    RETURN 0;
  END IF;
  FOR which IN
    UPDATE cases_involvement v SET status = 'ended', ended_at = now(), ended_by_id = acting_user(),
           ended_reason = 'No longer at the MARAC'
     WHERE v.origin = 'marac' AND v.status = 'active'
       AND (of_user IS NULL OR (v.user_id = of_user AND v.organisation_id = at))
       AND (of_case IS NULL OR v.case_id = of_case)
       AND EXISTS (SELECT FROM marac_referral f WHERE f.case_id = v.case_id AND f.marac_id = of_marac)
       -- Who arranges goes on seeing a withdrawn case: they answer for what became of it.
       AND (of_user IS NOT NULL OR NOT EXISTS (
             SELECT FROM marac_seat s WHERE s.marac_id = of_marac AND s.user_id = v.user_id AND s.ended_at IS NULL
                AND s.organisation_id = v.organisation_id AND s.part IN ('chair', 'coordinator')))
       -- A second seat of the same person keeps it open.
       AND (of_user IS NULL OR NOT EXISTS (
             SELECT FROM marac_seat s WHERE s.marac_id = of_marac AND s.user_id = of_user AND s.organisation_id = at
                AND s.ended_at IS NULL))
    RETURNING v.case_id
  LOOP
    PERFORM cases_refresh_sight(which);
    closed := closed + 1;
  END LOOP;
  RETURN closed;
END $$;
