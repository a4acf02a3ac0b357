-- Somebody who sits at a daily meeting has put a case of their own on its list: it is an item at once, and where the
-- meeting is open already it opens to who sits there. Answers the item; null for whoever may not.
CREATE OR REPLACE FUNCTION marac_put_on_list(of_referral bigint, of_meeting bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  r marac_referral;
  m marac_meeting;
  t marac_marac;
  s record;
  c marac_contactitem;
  made bigint := new_id();
BEGIN
  SELECT * INTO r FROM marac_referral WHERE id = of_referral AND status = 'sent';
  SELECT * INTO m FROM marac_meeting WHERE id = of_meeting AND status IN ('planned', 'open') FOR NO KEY UPDATE;
  SELECT * INTO t FROM marac_marac WHERE id = m.marac_id AND kind = 'daily';
  -- IS NOT TRUE: who acts for nobody has no right, and not an unknown one.
  IF (t.id = r.marac_id AND t.id = ANY (marac_seats()) AND r.organisation_id = acting_organisation()
      AND r.referrer_id = acting_user()) IS NOT TRUE THEN
    RETURN NULL;
  END IF;
  INSERT INTO marac_item (id, meeting_id, referral_id, case_id, person_id, position, minutes, children, status, why_not,
      brought_by_id, brought_for_id, level, listed_at, version)
  SELECT made, m.id, r.id, r.case_id, r.person_id,
         COALESCE((SELECT max(i.position) FROM marac_item i WHERE i.meeting_id = m.id), 0) + 1, t.minutes_a_case,
         (SELECT count(*) FROM cases_caseperson p WHERE p.case_id = r.case_id AND p.part = 'child' AND p.ended_at IS NULL),
         'listed', '', r.referrer_id, r.organisation_id, '', now(), 1;
  UPDATE marac_referral SET status = 'listed', status_words = '', status_at = now(), version = version + 1,
         status_by = r.referrer_name
   WHERE id = r.id;
  INSERT INTO marac_referralchange (id, referral_id, case_id, status, words, by_name, at)
  VALUES (new_id(), r.id, r.case_id, 'listed', '', r.referrer_name, now());
  -- It stood on a list before, while it was a contact in triage: its item follows it, with who acts.
  SELECT ci.* INTO c FROM marac_contactitem ci
    JOIN front_door_contact f ON f.id = ci.contact_id AND f.case_id = r.case_id
    JOIN marac_meeting cm ON cm.id = ci.meeting_id AND cm.marac_id = t.id
   WHERE ci.item_id IS NULL ORDER BY cm.begins_at DESC LIMIT 1;
  IF FOUND THEN
    UPDATE marac_contactitem SET item_id = made WHERE id = c.id;
    INSERT INTO marac_maracaction (id, item_id, case_id, organisation_id, owner_id, key, words, for_whom, wishes, due_on,
        status, outcome, answered_by, chased, added_by_id, added_by_name, added_at, version)
    VALUES (new_id(), made, r.case_id, c.organisation_id,
        -- nobody to whom the database would never show it: then it is the agency's
        CASE WHEN EXISTS (SELECT FROM people_walled_from(r.person_id) w WHERE w.user_id = c.owner_id OR w.team_id IN (
                    SELECT g.team_id FROM access_membership b JOIN access_membership_teams g ON g.membership_id = b.id
                     WHERE b.user_id = c.owner_id AND b.is_active))
               OR EXISTS (SELECT FROM cases_case k WHERE k.id = r.case_id AND k.is_restricted AND NOT EXISTS (
                    SELECT FROM cases_nameduser n
                     WHERE n.case_id = k.id AND n.user_id = c.owner_id AND n.ended_at IS NULL))
             THEN NULL ELSE c.owner_id END,
        '', 'Acts today, as agreed while it was a contact', 'victim', '', (now() AT TIME ZONE 'Europe/London')::date,
        'open', '', '', 0, acting_user(), r.referrer_name, now(), 1);
  END IF;
  IF m.status = 'open' THEN
    FOR s IN SELECT DISTINCT organisation_id, user_id FROM marac_seat WHERE marac_id = t.id AND ended_at IS NULL LOOP
      PERFORM marac_involve(r.id, s.organisation_id, s.user_id, m.begins_at + make_interval(days => t.sight_days));
    END LOOP;
    PERFORM cases_refresh_sight(r.case_id);
  END IF;
  UPDATE marac_meeting SET tick = tick + 1 WHERE id = m.id;
  RETURN made;
END $$;
