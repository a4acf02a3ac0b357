-- Sight follows from involvement. These functions are the only writers of the two sight tables: code that shares
-- writes an involvement row and calls cases_refresh_sight, and can in no other way open anything.

CREATE OR REPLACE FUNCTION cases_not_walled(which bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT c.person_id <> ALL (acting_walls()) FROM cases_case c WHERE c.id = which
$$;

CREATE OR REPLACE FUNCTION cases_may_answer(which bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT c.person_id <> ALL (acting_walls()) AND (NOT c.is_restricted OR EXISTS (
           SELECT FROM cases_nameduser n WHERE n.case_id = c.id AND n.user_id = acting_user() AND n.ended_at IS NULL))
    FROM cases_case c WHERE c.id = which
$$;

CREATE OR REPLACE FUNCTION cases_refresh_sight(which bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  -- Two actions on one case one after the other: the second sees the first's rows.
  PERFORM 1 FROM cases_case WHERE id = which FOR NO KEY UPDATE;
  DELETE FROM cases_casesight WHERE case_id = which;
  DELETE FROM people_personsight WHERE source_kind = 'case' AND source_id = which;

  INSERT INTO cases_casesight (id, case_id, person_id, organisation_id, team_id, user_id, scope, address, risk, is_lead,
      until, reference, lead_organisation_id, side, status, risk_level, opened_at, lead_worker_id, review_on, source)
  SELECT new_id(), c.id, c.person_id, i.organisation_id, i.team_id,
         CASE WHEN c.is_restricted THEN n.user_id ELSE i.user_id END,
         i.scope, i.address AND i.scope > 1, i.risk AND i.scope > 1, i.is_lead, i.until, c.reference,
         c.lead_organisation_id,
         -- index scope: that there is a case and whom to ring, never why
         CASE WHEN i.scope > 1 THEN c.side ELSE '' END, c.status, CASE WHEN i.scope > 1 THEN c.risk ELSE '' END,
         c.opened_at, CASE WHEN i.scope > 1 THEN c.lead_worker_id END, CASE WHEN i.scope > 1 THEN c.review_on END,
         'involvement'
    FROM cases_case c
    JOIN cases_involvement i ON i.case_id = c.id
     AND (i.status = 'active' OR (i.status = 'offered' AND i.at_once))
     AND (i.until IS NULL OR i.until > now())
    -- A restricted case is seen by named users alone: each needs a place in an organisation that is involved.
    LEFT JOIN LATERAL (
      SELECT DISTINCT nu.user_id FROM cases_nameduser nu
        JOIN access_membership m ON m.user_id = nu.user_id AND m.organisation_id = i.organisation_id AND m.is_active
       WHERE nu.case_id = c.id AND nu.ended_at IS NULL AND (i.user_id IS NULL OR i.user_id = nu.user_id)
    ) n ON c.is_restricted
   WHERE c.id = which AND (NOT c.is_restricted OR n.user_id IS NOT NULL)
  UNION ALL
  SELECT new_id(), c.id, c.person_id, b.organisation_id, NULL, b.user_id, 3, true, true, false, b.until, c.reference,
         c.lead_organisation_id, c.side, c.status, c.risk, c.opened_at, c.lead_worker_id, c.review_on, 'break_glass'
    FROM cases_case c JOIN cases_breakglass b ON b.case_id = c.id AND b.until > now() AND b.ended_at IS NULL
   WHERE c.id = which;

  -- The same sight of the person, and of everybody known in the case (not of where the others live).
  INSERT INTO people_personsight (id, person_id, organisation_id, team_id, user_id, scope, address, risk, side, is_lead,
      is_restricted, until, source_kind, source_id, subject_id, source, cares, harms)
  SELECT new_id(), s.person_id, s.organisation_id, s.team_id, s.user_id, s.scope, s.address, s.risk, s.side, s.is_lead,
         c.is_restricted, s.until, 'case', which, s.person_id, s.source, false, false
    FROM cases_casesight s JOIN cases_case c ON c.id = s.case_id
   WHERE s.case_id = which
  UNION ALL
  SELECT new_id(), p.person_id, s.organisation_id, s.team_id, s.user_id, s.scope,
         s.address AND p.part = 'child', s.risk, 'named', false, c.is_restricted, s.until, 'case', which,
         s.person_id, s.source, c.side = 'child' AND p.part = 'carer', p.part = 'said_to_cause_harm'
    FROM cases_casesight s JOIN cases_case c ON c.id = s.case_id
    JOIN cases_caseperson p ON p.case_id = c.id AND p.ended_at IS NULL
   WHERE s.case_id = which AND s.scope >= 2;
END $$;

-- What an organisation is told of a case that is offered to it, before it accepts: no name, no place, no story.
CREATE OR REPLACE FUNCTION cases_offer_summary(which bigint) RETURNS TABLE (
  side text, risk text, counts_for text, children integer, age_band text, language text, interpreter text
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT c.side, c.risk, c.counts_for,
         (SELECT count(*)::integer FROM cases_caseperson p WHERE p.case_id = c.id AND p.part = 'child'
           AND p.ended_at IS NULL),
         CASE WHEN p.birth_date IS NULL THEN '' WHEN p.birth_date > now() - interval '18 years' THEN 'under 18'
              WHEN p.birth_date > now() - interval '25 years' THEN '18 to 24'
              WHEN p.birth_date > now() - interval '55 years' THEN '25 to 54' ELSE '55 or over' END,
         p.language, p.interpreter
    FROM cases_case c JOIN people_person p ON p.id = c.person_id
    JOIN cases_involvement i ON i.case_id = c.id
   WHERE i.id = which AND i.organisation_id = acting_organisation()
     AND (i.team_id IS NULL OR i.team_id = ANY (acting_teams()))
     AND (i.user_id IS NULL OR i.user_id = acting_user())
     AND c.person_id <> ALL (acting_walls())
$$;

-- A case that somebody knows to exist (from the index check) and must open in an emergency: by reference.
-- A walled user is answered as if there were none; so is a role that has no emergency sight (see roles.py).
CREATE OR REPLACE FUNCTION cases_find_for_emergency(wanted text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT c.id FROM cases_case c
   WHERE (acting_role('practitioner') OR acting_role('manager'))
     AND c.partnership_id = acting_partnership() AND c.reference = upper(wanted)
     AND c.person_id <> ALL (acting_walls())
$$;

-- Nothing asks for a case by the index's handle.
DROP FUNCTION IF EXISTS cases_case_of_handle(bigint);

CREATE OR REPLACE FUNCTION cases_reference_taken(wanted text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (SELECT FROM cases_case WHERE reference = wanted)
$$;
