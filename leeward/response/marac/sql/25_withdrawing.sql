-- A referral was withdrawn, by who referred or by who arranges: also on the morning. Its items that were not heard go off
-- every agenda, and what the table saw of the case closes with them, unless another hearing of it is still with the table.
CREATE OR REPLACE FUNCTION marac_withdraw(of_referral bigint, in_words text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  r marac_referral;
  taken integer;
BEGIN
  SELECT * INTO r FROM marac_referral WHERE id = of_referral AND status = 'withdrawn';
  -- Who acts for no organisation has no right, and not an unknown one.
  IF NOT FOUND OR NOT marac_ours(r.marac_id) OR NOT COALESCE(
       (r.marac_id = ANY (marac_arranges()) AND cases_acting_sees(r.case_id, 2))
       OR (r.organisation_id = acting_organisation() AND cases_acting_sees(r.case_id, 3)), false) THEN
    RETURN 0;
  END IF;
  UPDATE marac_item i SET status = 'withdrawn', why_not = left(in_words, 500), version = i.version + 1
    FROM marac_meeting m
   WHERE m.id = i.meeting_id AND i.referral_id = r.id AND i.status = 'listed' AND m.status IN ('planned', 'circulated', 'open');
  GET DIAGNOSTICS taken = ROW_COUNT;
  IF NOT EXISTS (
       SELECT FROM marac_item i JOIN marac_meeting m ON m.id = i.meeting_id JOIN marac_marac mm ON mm.id = m.marac_id
        WHERE i.case_id = r.case_id AND i.referral_id <> r.id AND m.marac_id = r.marac_id
          AND i.status IN ('listed', 'heard') AND m.status <> 'planned'
          AND m.begins_at + make_interval(days => mm.sight_days) > now()) THEN
    -- Who arranges goes on seeing it: they answer for what became of it.
    UPDATE cases_involvement v SET status = 'ended', ended_at = now(), ended_by_id = acting_user(),
           ended_reason = 'Withdrawn from the MARAC'
     WHERE v.case_id = r.case_id AND v.origin = 'marac' AND v.status = 'active'
       AND NOT EXISTS (SELECT FROM marac_seat s WHERE s.marac_id = r.marac_id AND s.user_id = v.user_id
                          AND s.organisation_id = v.organisation_id AND s.ended_at IS NULL
                          AND s.part IN ('chair', 'coordinator'))
       -- nor does it end for those who sit at another MARAC that has the case
       AND NOT EXISTS (SELECT FROM marac_referral f JOIN marac_seat s ON s.marac_id = f.marac_id
                        WHERE f.case_id = r.case_id AND f.marac_id <> r.marac_id AND f.status IN ('listed', 'heard')
                          AND s.user_id = v.user_id AND s.organisation_id = v.organisation_id AND s.ended_at IS NULL);
  END IF;
  PERFORM cases_refresh_sight(r.case_id);
  RETURN taken;
END $$;
