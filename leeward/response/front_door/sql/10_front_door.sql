-- While a contact is in triage, the team that holds triage has sight of its people; nobody else.
CREATE OR REPLACE FUNCTION front_door_refresh_sight(which bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  DELETE FROM people_personsight WHERE source_kind = 'contact' AND source_id = which;
  INSERT INTO people_personsight (id, person_id, organisation_id, team_id, user_id, scope, address, risk, side, is_lead,
      is_restricted, until, source_kind, source_id, subject_id)
  SELECT new_id(), c.person_id, c.organisation_id, c.team_id, NULL::bigint, 3, true, true, c.side, true, false, NULL::timestamptz,
         'contact', c.id, c.person_id
    FROM front_door_contact c WHERE c.id = which AND c.handed_on_at IS NULL
  UNION ALL
  SELECT new_id(), p.person_id, c.organisation_id, c.team_id, NULL, 3, p.part = 'child', true, 'named', false, false, NULL,
         'contact', c.id, c.person_id
    FROM front_door_contact c JOIN front_door_contactperson p ON p.contact_id = c.id
   WHERE c.id = which AND c.handed_on_at IS NULL AND p.person_id <> c.person_id;
END $$;

-- A person asking for help named somebody who must not know: users of that name are walled from them.
CREATE OR REPLACE FUNCTION front_door_wall_named(which bigint, users bigint[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  made integer;
BEGIN
  INSERT INTO people_wall (id, person_id, user_id, kind, reason, set_at)
  SELECT new_id(), c.person_id, u.id, 'named', '', now()
    FROM front_door_contact c
    JOIN access_organisation o ON o.partnership_id = c.partnership_id
    JOIN access_membership m ON m.organisation_id = o.id  -- one that has ended, too: it can be given back
    JOIN access_user u ON u.id = m.user_id
   WHERE c.id = which AND u.id = ANY (users)
     AND NOT EXISTS (SELECT FROM people_wall w WHERE w.person_id = c.person_id AND w.user_id = u.id AND w.lifted_at IS NULL)
   GROUP BY c.person_id, u.id;
  GET DIAGNOSTICS made = ROW_COUNT;
  RETURN made;
END $$;

-- Somebody was given a place after people said who must not know: whom this name may mean is walled from them. Answers
-- nothing, since whoever invites must not learn that there is such a person. A wall that somebody lifted stays lifted.
CREATE OR REPLACE FUNCTION front_door_wall_user(which bigint, family bigint, givens bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
  INSERT INTO people_wall (id, person_id, user_id, kind, reason, set_at)
  SELECT new_id(), c.person_id, which, 'named', '', now()
    FROM front_door_keptout k
    JOIN front_door_contact c ON c.id = k.contact_id
   WHERE k.keys @> ARRAY[family] AND k.keys && givens
     AND c.partnership_id IN (SELECT o.partnership_id FROM access_membership m
                                JOIN access_organisation o ON o.id = m.organisation_id WHERE m.user_id = which)
     AND NOT EXISTS (SELECT FROM people_wall w WHERE w.person_id = c.person_id AND w.user_id = which
                        AND (w.lifted_at IS NULL OR w.kind = 'named'))
   GROUP BY c.person_id
$$;

-- Users who have the name of somebody whom a contact says to cause harm: a line for the data protection lead, no wall.
CREATE OR REPLACE FUNCTION front_door_same_name(which bigint, harming bigint, users bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
  INSERT INTO front_door_samename (id, person_id, user_id, found_at, looked_by_name, outcome)
  SELECT new_id(), harming, u.id, now(), '', ''
    FROM access_user u
   WHERE u.id = ANY (users)
     AND EXISTS (SELECT FROM front_door_contactperson p
                  WHERE p.contact_id = which AND p.person_id = harming AND p.part = 'said_to_cause_harm')
  ON CONFLICT (person_id, user_id) DO NOTHING
$$;

-- The same for a user who was given a place later. Answers nothing.
CREATE OR REPLACE FUNCTION front_door_same_name_user(which bigint, family bigint, givens bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
  INSERT INTO front_door_samename (id, person_id, user_id, found_at, looked_by_name, outcome)
  SELECT new_id(), n.person_id, which, now(), '', ''
    FROM people_nameentry n
   WHERE n.family_key = family AND n.given_key = ANY (givens)
     AND n.partnership_id IN (SELECT o.partnership_id FROM access_membership m
                                JOIN access_organisation o ON o.id = m.organisation_id WHERE m.user_id = which)
     AND EXISTS (SELECT FROM front_door_contactperson p
                  WHERE p.person_id = n.person_id AND p.part = 'said_to_cause_harm')
   GROUP BY n.person_id
  ON CONFLICT (person_id, user_id) DO NOTHING
$$;

-- What a referrer may learn, by the code on the receipt. Nothing else leads from a receipt to a contact.
CREATE OR REPLACE FUNCTION front_door_receipt_of(code text) RETURNS TABLE (
  reference text, status text, sent_at timestamptz, changed_at timestamptz
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT r.reference, r.status, r.sent_at, r.changed_at FROM front_door_receipt r WHERE r.code_hash = code
$$;

-- The receipt follows the contact wherever it went, also when who changes it (the service that accepts) may not read it.
CREATE OR REPLACE FUNCTION front_door_set_receipt(which bigint, to_status text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
  UPDATE front_door_receipt SET status = to_status, changed_at = now() WHERE contact_id = which AND status <> to_status
$$;

-- An offer was answered by somebody who never saw the contact: triage's side of it is put right here.
CREATE OR REPLACE FUNCTION front_door_offer_answered(which bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  o front_door_offer;
BEGIN
  SELECT * INTO o FROM front_door_offer WHERE id = which;
  IF o.status = 'accepted' THEN
    UPDATE front_door_contact SET status = 'handed_on', handed_on_at = now() WHERE id = o.contact_id
      AND handed_on_at IS NULL;
    -- The access point's own sight of the case ends: by involvement only, and it has none any more.
    UPDATE cases_involvement i SET status = 'ended', ended_at = now(), is_lead = false, ended_reason = 'handed on'
      FROM front_door_contact c
     WHERE c.id = o.contact_id AND i.case_id = o.case_id AND i.organisation_id = c.organisation_id
       AND i.team_id = c.team_id AND i.status = 'active' AND i.id <> o.involvement_id;
    PERFORM front_door_set_receipt(o.contact_id, 'accepted');
    PERFORM front_door_refresh_sight(o.contact_id);
  ELSIF o.status IN ('returned', 'withdrawn') AND NOT EXISTS (
    SELECT FROM front_door_offer x WHERE x.contact_id = o.contact_id AND x.status IN ('offered', 'accepted')
  ) THEN
    -- Nobody has it and nobody is asked: it was referred to no one, and waits for a decision again.
    UPDATE front_door_contact SET status = 'taken', decided_at = NULL, version = version + 1
     WHERE id = o.contact_id AND handed_on_at IS NULL;
    UPDATE front_door_decision SET undone_at = now()
     WHERE contact_id = o.contact_id AND outcome = 'referred' AND undone_at IS NULL;
    UPDATE front_door_contactcount SET outcome = '', minutes_to_decision = NULL WHERE contact_id = o.contact_id;
  END IF;
  PERFORM cases_refresh_sight(o.case_id);
END $$;

CREATE OR REPLACE FUNCTION front_door_reference_taken(wanted text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (SELECT FROM front_door_contact WHERE reference = wanted)
$$;

-- Whether whoever accepts this offer leads from then on: while the access point still does.
CREATE OR REPLACE FUNCTION front_door_offer_leads(which bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT k.lead_organisation_id = c.organisation_id
    FROM front_door_offer o JOIN front_door_contact c ON c.id = o.contact_id JOIN cases_case k ON k.id = o.case_id
   WHERE o.id = which
$$;

-- An assessment that the access point has just carried into a case is the referrer's own: it says so. Who referred is
-- taken from the contact alone.
CREATE OR REPLACE FUNCTION front_door_screened_by_referrer(which bigint, made bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
  UPDATE risk_assessment a
     SET organisation_id = COALESCE(r.organisation_id, a.organisation_id), author_id = COALESCE(r.user_id, a.author_id),
         author_name = left(concat_ws(', ', NULLIF(r.name, ''), NULLIF(r.role, ''),
                                      CASE WHEN r.organisation_id IS NULL THEN NULLIF(r.organisation_name, '') END), 120)
    FROM front_door_contact c JOIN front_door_referrer r ON r.contact_id = c.id
   WHERE c.id = which AND a.id = made AND a.case_id = c.case_id AND a.person_id = c.person_id
     AND a.status = 'finished' AND a.organisation_id = c.organisation_id
     AND c.organisation_id = acting_organisation() AND acting_role('access_point')
     AND a.instrument_id = (c.answers #>> '{screen,made_of}')::bigint
     AND concat(r.name, r.role, r.organisation_name) <> ''
$$;

-- Contacts of the organisation that acts which everybody who was asked has returned: the risk and since when, for whoever
-- works in triage or is answerable for it. No id, no name: a manager who opens no contact learns that somebody waits.
CREATE OR REPLACE FUNCTION front_door_returned_by_all() RETURNS TABLE (risk text, since timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT c.risk, max(o.answered_at)
    FROM front_door_contact c JOIN front_door_offer o ON o.contact_id = c.id
   WHERE c.organisation_id = acting_organisation() AND c.status IN ('new', 'taken') AND c.handed_on_at IS NULL
     AND c.case_id IS NOT NULL AND c.person_id <> ALL (acting_walls())
     AND (acting_role('manager') OR (acting_role('access_point') AND c.team_id = ANY (acting_teams())))
   GROUP BY c.id, c.risk
  HAVING bool_or(o.status = 'returned') AND NOT bool_or(o.status IN ('offered', 'accepted'))
$$;

-- Whether an offer that nobody has answered is still triage's to withdraw although another service has accepted: by the
-- team that made it, behind the same walls as its contact.
CREATE OR REPLACE FUNCTION front_door_offer_left(which bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (
    SELECT FROM front_door_offer o JOIN front_door_contact c ON c.id = o.contact_id
     WHERE o.id = which AND o.status = 'offered' AND c.handed_on_at IS NOT NULL
       AND c.organisation_id = acting_organisation() AND acting_role('access_point')
       AND o.team_of_triage_id = ANY (acting_teams()) AND c.person_id <> ALL (acting_walls()))
$$;

-- Those offers: to whom, with the reference, and by when an answer was promised. Nothing of the person.
CREATE OR REPLACE FUNCTION front_door_offers_left() RETURNS TABLE (
  id bigint, reference text, service text, offered_at timestamptz, answer_due_at timestamptz
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT o.id, o.reference, coalesce(s.name, g.name), o.offered_at, o.answer_due_at
    FROM front_door_offer o JOIN front_door_contact c ON c.id = o.contact_id
    JOIN access_organisation g ON g.id = o.organisation_id LEFT JOIN directory_service s ON s.id = o.service_id
   WHERE o.status = 'offered' AND o.team_of_triage_id = ANY (acting_teams()) AND c.handed_on_at IS NOT NULL
     AND c.organisation_id = acting_organisation() AND acting_role('access_point')
     AND c.person_id <> ALL (acting_walls())
   ORDER BY o.answer_due_at LIMIT 50
$$;

-- Somebody rings with the reference of a contact that was handed on: whom to ring, for who works in triage. The service
-- that took it on, or the organisation that leads since. As the index answers (people_index_check): nobody restricted,
-- nobody walled from who asks, and nothing else of the case. Called by an action that logs and limits it.
CREATE OR REPLACE FUNCTION front_door_who_has(wanted text) RETURNS TABLE (organisation text, phone text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT DISTINCT g.name, coalesce(NULLIF(s.phone, ''), g.phone)
    FROM front_door_contact c
    JOIN people_personsight v ON v.source_kind = 'case' AND v.source_id = c.case_id AND v.person_id = v.subject_id
                             AND v.is_lead AND NOT v.is_restricted AND (v.until IS NULL OR v.until > now())
    JOIN access_organisation g ON g.id = v.organisation_id
    LEFT JOIN front_door_offer o ON o.contact_id = c.id AND o.status = 'accepted' AND o.organisation_id = g.id
    LEFT JOIN directory_service s ON s.id = o.service_id
   WHERE acting_role('access_point') AND c.reference = wanted AND c.partnership_id = acting_partnership()
     AND c.handed_on_at IS NOT NULL
     AND c.person_id <> ALL (acting_walls()) AND v.person_id <> ALL (acting_walls())
   ORDER BY 1, 2
   LIMIT 5
$$;

-- Triage withdraws such an offer without seeing the case again. Answers whether there was one.
CREATE OR REPLACE FUNCTION front_door_withdraw_left(which bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  o front_door_offer;
BEGIN
  SELECT * INTO o FROM front_door_offer WHERE id = which FOR NO KEY UPDATE;
  IF o.id IS NULL OR NOT front_door_offer_left(which) THEN
    RETURN false;
  END IF;
  UPDATE front_door_offer SET status = 'withdrawn', answered_at = now() WHERE id = which;
  UPDATE cases_involvement SET status = 'withdrawn', ended_at = now(), ended_by_id = acting_user(),
         ended_reason = 'Withdrawn by the access point'
   WHERE id = o.involvement_id AND status = 'offered';
  PERFORM cases_refresh_sight(o.case_id);
  RETURN true;
END $$;
