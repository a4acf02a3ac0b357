-- A provider's open cases go to another provider: all of them, also those that nobody who presses the button may
-- read. Who decides sees counts and no person.

CREATE OR REPLACE FUNCTION cases_handover_count(source bigint) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT jsonb_build_object(
           'cases', count(*),
           'consent', count(*) FILTER (WHERE i.lawful_basis = 'consent' AND NOT c.is_restricted),
           'restricted', count(*) FILTER (WHERE c.is_restricted),
           'at_once', count(*) FILTER (WHERE i.lawful_basis <> 'consent' AND NOT c.is_restricted))
    FROM cases_case c JOIN cases_involvement i ON i.case_id = c.id AND i.is_lead AND i.status = 'active'
   WHERE c.lead_organisation_id = source AND i.organisation_id = source AND c.status <> 'closed'
     AND c.partnership_id = acting_partnership()
     -- Who is walled from somebody counts without them, else the number beside their own list would tell.
     AND c.person_id <> ALL (acting_walls())
     AND (acting_role('partnership_administrator') OR (acting_role('manager') AND source = acting_organisation()))
$$;

-- Done by a second person, in the one transaction of the caller. Old involvements are ended, not changed; new ones are
-- made. Where consent is the basis it has to be asked again: the new share is offered, the old provider keeps sight
-- until it is accepted, and has the task of asking. A restricted case stays until its named people transfer it.
CREATE OR REPLACE FUNCTION cases_do_handover(which bigint) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  h cases_handover;
  one record;
  made bigint;
  moved bigint[] := '{}';
  asked bigint[] := '{}';
  left_behind bigint[] := '{}';
  from_name text;
  to_name text;
BEGIN
  SELECT * INTO h FROM cases_handover WHERE id = which FOR NO KEY UPDATE;
  IF h.id IS NULL OR h.partnership_id <> acting_partnership() OR NOT acting_role('partnership_administrator') THEN
    RAISE EXCEPTION 'not allowed' USING ERRCODE = '42501';
  END IF;
  IF h.status <> 'proposed' THEN
    RETURN NULL;
  END IF;
  IF h.proposed_by_id = acting_user() THEN
    RAISE EXCEPTION 'two persons are needed' USING ERRCODE = '42501';
  END IF;
  SELECT name INTO from_name FROM access_organisation WHERE id = h.from_organisation_id;
  SELECT name INTO to_name FROM access_organisation WHERE id = h.to_organisation_id;

  FOR one IN
    SELECT c.id AS case_id, c.is_restricted, i.id AS share_id, i.lawful_basis, i.told, i.why, c.lead_worker_id
      FROM cases_case c JOIN cases_involvement i ON i.case_id = c.id AND i.is_lead AND i.status = 'active'
     WHERE c.lead_organisation_id = h.from_organisation_id AND i.organisation_id = h.from_organisation_id
       AND c.status <> 'closed' AND c.partnership_id = h.partnership_id
     ORDER BY c.id
       FOR NO KEY UPDATE OF c
  LOOP
    IF one.is_restricted THEN
      left_behind := left_behind || one.case_id;
      INSERT INTO cases_task (id, case_id, title, due_on, organisation_id, assignee_id, kind, status, outcome,
          created_by_id, created_at, version)
        VALUES (new_id(), one.case_id, 'Transfer this restricted case to ' || to_name || ' by hand', h.ask_consent_by,
          h.from_organisation_id, one.lead_worker_id, 'transfer', 'open', '', h.proposed_by_id, now(), 1);
      CONTINUE;
    END IF;
    made := new_id();
    INSERT INTO cases_involvement (id, case_id, organisation_id, team_id, user_id, scope, address, risk, is_lead, status,
        at_once, lawful_basis, told, why, added_by_id, added_organisation_id, from_at, until, answered_at,
        return_reason, return_note, ended_reason, ends_sender, origin)
      VALUES (made, one.case_id, h.to_organisation_id, h.to_team_id, NULL, 3, true, true, true,
        CASE WHEN one.lawful_basis = 'consent' THEN 'offered' ELSE 'active' END, false,
        CASE WHEN one.lawful_basis = 'consent' THEN 'consent' ELSE h.lawful_basis END,
        'not_told',
        CASE WHEN one.lawful_basis = 'consent' THEN 'Consent has to be asked again: the provider changes'
             ELSE h.reason END,
        h.proposed_by_id, h.from_organisation_id, now(), NULL,
        CASE WHEN one.lawful_basis = 'consent' THEN NULL ELSE now() END, '', '', '', true, 'handover');
    IF one.lawful_basis = 'consent' THEN
      asked := asked || one.case_id;
      INSERT INTO cases_task (id, case_id, title, due_on, organisation_id, assignee_id, kind, status, outcome, about_id,
          created_by_id, created_at, version)
        VALUES (new_id(), one.case_id, 'Ask consent again: this case goes to ' || to_name, h.ask_consent_by,
          h.from_organisation_id, one.lead_worker_id, 'ask_consent', 'open', '', made, h.proposed_by_id, now(), 1);
      INSERT INTO cases_chronologyentry (id, case_id, at, has_time, kind, title, text, about_kind, about_id, by_name,
          organisation_id, scope, needs_risk, needs_address, own_organisation)
        VALUES (new_id(), one.case_id, now(), true, 'sharing', left('Offered to ' || to_name || ', once consent is given', 200),
          '', 'involvement', made, '', h.from_organisation_id, 2, false, false, false);
    ELSE
      moved := moved || one.case_id;
      UPDATE cases_involvement SET status = 'ended', is_lead = false, ended_at = now(), ended_by_id = acting_user(),
             ended_reason = 'Handed over to another provider'
       WHERE case_id = one.case_id AND organisation_id = h.from_organisation_id AND status IN ('active', 'offered');
      UPDATE cases_case SET lead_organisation_id = h.to_organisation_id, lead_team_id = h.to_team_id,
             lead_worker_id = NULL, version = version + 1
       WHERE id = one.case_id;
      INSERT INTO cases_caseassignment (id, case_id, organisation_id, team_id, worker_id, reason, by_id, at)
        VALUES (new_id(), one.case_id, h.to_organisation_id, h.to_team_id, NULL, 'Handover of a provider', acting_user(), now());
      UPDATE cases_task SET organisation_id = h.to_organisation_id, assignee_id = NULL, version = version + 1
       WHERE case_id = one.case_id AND organisation_id = h.from_organisation_id AND status = 'open';
      INSERT INTO cases_chronologyentry (id, case_id, at, has_time, kind, title, text, about_kind, about_id, by_name,
          organisation_id, scope, needs_risk, needs_address, own_organisation)
        VALUES (new_id(), one.case_id, now(), true, 'sharing', left('Handed over from ' || from_name || ' to ' || to_name, 200),
          '', 'involvement', made, '', h.to_organisation_id, 2, false, false, false);
    END IF;
    PERFORM cases_refresh_sight(one.case_id);
  END LOOP;

  UPDATE cases_handover SET status = 'done', reviewed_by_id = acting_user(), reviewed_at = now(),
         case_ids = moved || asked,
         counts = jsonb_build_object('at_once', cardinality(moved), 'consent', cardinality(asked),
           'restricted', cardinality(left_behind), 'cases', cardinality(moved) + cardinality(asked) + cardinality(left_behind))
   WHERE id = which;
  PERFORM audit_append('handed_over_cases', 'handover', which, NULL, moved || asked || left_behind,
    jsonb_build_object('to', h.to_organisation_id, 'from', h.from_organisation_id));
  RETURN (SELECT counts FROM cases_handover WHERE id = which);
END $$;

-- How many of the cases of a handover still wait for consent: for the report afterwards.
CREATE OR REPLACE FUNCTION cases_handover_waiting(which bigint) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT count(*)::integer FROM cases_handover h
    JOIN cases_involvement i ON i.case_id = ANY (h.case_ids) AND i.origin = 'handover' AND i.status = 'offered'
     AND i.organisation_id = h.to_organisation_id
   WHERE h.id = which AND h.partnership_id = acting_partnership()
     AND (acting_role('partnership_administrator')
          OR (acting_role('manager') AND acting_organisation() IN (h.from_organisation_id, h.to_organisation_id)))
$$;
