-- Who sits where. All of these ask for the organisation that somebody acts for now: who changes agency leaves the seat.

-- An agency that has left a MARAC takes its seats along, whether or not anybody thought of ending them.
CREATE OR REPLACE FUNCTION marac_agency_sits(which bigint, at bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (SELECT FROM marac_maracagency a WHERE a.marac_id = which AND a.organisation_id = at
                    AND (a.until_on IS NULL OR a.until_on > current_date))
$$;

CREATE OR REPLACE FUNCTION marac_seats() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT COALESCE(array_agg(DISTINCT s.marac_id), '{}') FROM marac_seat s
    JOIN marac_marac m ON m.id = s.marac_id AND m.partnership_id = acting_partnership()
   WHERE s.user_id = acting_user() AND s.organisation_id = acting_organisation() AND s.ended_at IS NULL
     AND marac_agency_sits(s.marac_id, s.organisation_id)
     AND (acting_role('marac_representative') OR acting_role('marac_coordinator'))
$$;

CREATE OR REPLACE FUNCTION marac_arranges() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT COALESCE(array_agg(DISTINCT s.marac_id), '{}') FROM marac_seat s
    JOIN marac_marac m ON m.id = s.marac_id AND m.partnership_id = acting_partnership()
   WHERE s.user_id = acting_user() AND s.organisation_id = acting_organisation() AND s.ended_at IS NULL
     AND marac_agency_sits(s.marac_id, s.organisation_id)
     AND s.part IN ('chair', 'coordinator') AND acting_role('marac_coordinator')
$$;

CREATE OR REPLACE FUNCTION marac_ours(which bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (SELECT FROM marac_marac m WHERE m.id = which AND m.partnership_id = acting_partnership())
$$;

-- A seat is for somebody who works at an agency of this MARAC and was given the role there, by that agency.
CREATE OR REPLACE FUNCTION marac_may_seat(which bigint, at bigint, whom bigint, as_part text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT marac_ours(which) AND EXISTS (
    SELECT FROM access_membership m
      JOIN marac_maracagency a ON a.organisation_id = m.organisation_id AND a.marac_id = which AND a.until_on IS NULL
     WHERE m.user_id = whom AND m.organisation_id = at AND m.is_active
       AND CASE WHEN as_part IN ('chair', 'coordinator') THEN 'marac_coordinator' = ANY (m.roles)
                ELSE m.roles && ARRAY['marac_representative', 'marac_coordinator']::varchar[] END)
$$;

-- Of which MARAC an item is. Asked beside sight of the item's case, for each of thousands of lines of research.
CREATE OR REPLACE FUNCTION marac_of_item(which bigint) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT m.marac_id FROM marac_item i JOIN marac_meeting m ON m.id = i.meeting_id WHERE i.id = which
$$;

CREATE OR REPLACE FUNCTION marac_arranges_item(which bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (
    SELECT FROM marac_item i JOIN marac_meeting m ON m.id = i.meeting_id
     WHERE i.id = which AND m.marac_id = ANY (marac_arranges()) AND cases_acting_sees(i.case_id, 2))
$$;

-- In an item takes part who sits at its MARAC and has sight of its case; and who brings it.
CREATE OR REPLACE FUNCTION marac_takes_part(which bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (
    SELECT FROM marac_item i JOIN marac_meeting m ON m.id = i.meeting_id
     WHERE i.id = which AND i.person_id <> ALL (acting_walls()) AND m.status <> 'planned'
       AND ((m.marac_id = ANY (marac_seats()) AND i.status <> 'withdrawn')
            OR (i.brought_by_id = acting_user() AND i.brought_for_id = acting_organisation()))
       AND cases_acting_sees(i.case_id, 2))
  OR marac_arranges_item(which)
$$;

-- The same where the policy itself asks for sight of the row's case, and has worked out who sits where.
CREATE OR REPLACE FUNCTION marac_has_part(which bigint, of_case bigint, seats bigint[], arranging bigint[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (
    SELECT FROM marac_item i JOIN marac_meeting m ON m.id = i.meeting_id
     WHERE i.id = which AND i.case_id = of_case AND i.person_id <> ALL (acting_walls())
       AND (m.marac_id = ANY (arranging)
            OR (m.status <> 'planned'
                AND ((m.marac_id = ANY (seats) AND i.status <> 'withdrawn')
                     OR (i.brought_by_id = acting_user() AND i.brought_for_id = acting_organisation())))))
$$;

-- Research is written by who takes part, for their own agency, about the case that was asked about.
CREATE OR REPLACE FUNCTION marac_my_research(which bigint, at bigint, of_case bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (SELECT FROM marac_research r WHERE r.id = which AND r.organisation_id = at AND r.case_id = of_case
                    AND at = acting_organisation() AND marac_takes_part(r.item_id))
$$;

-- Lines and actions are written by chair and coordinator, from the meeting's opening until the minutes are out.
CREATE OR REPLACE FUNCTION marac_minutes(which bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT marac_arranges_item(which) AND EXISTS (
    SELECT FROM marac_item i JOIN marac_meeting m ON m.id = i.meeting_id
     WHERE i.id = which AND m.status IN ('open', 'held'))
$$;

CREATE OR REPLACE FUNCTION marac_listed_to_me(which bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (SELECT FROM marac_item i WHERE i.referral_id = which AND marac_takes_part(i.id))
$$;

CREATE OR REPLACE FUNCTION marac_may_attend(which bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (SELECT FROM marac_meeting m WHERE m.id = which AND m.marac_id = ANY (marac_seats()))
      OR EXISTS (SELECT FROM marac_item i WHERE i.meeting_id = which AND i.brought_by_id = acting_user()
                    AND i.brought_for_id = acting_organisation())
$$;

-- An action is its agency's own, answered or not: of the named owner, or of whoever sits there for the agency.
CREATE OR REPLACE FUNCTION marac_owns_action(owning bigint, named bigint, of_case bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT owning = acting_organisation() AND cases_may_answer(of_case)
     AND (named = acting_user() OR (cardinality(marac_seats()) > 0
          AND (acting_role('marac_representative') OR acting_role('marac_coordinator'))))
$$;

-- How many items of an agenda are closed to somebody who sits there: they are told that they cannot take part in so
-- many, and neither which nor why.
CREATE OR REPLACE FUNCTION marac_closed_to_me(which bigint) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT count(*)::integer FROM marac_item i JOIN marac_meeting m ON m.id = i.meeting_id
   WHERE i.meeting_id = which AND i.status IN ('listed', 'heard') AND m.marac_id = ANY (marac_seats())
     AND m.status <> 'planned' AND NOT marac_takes_part(i.id)
$$;
