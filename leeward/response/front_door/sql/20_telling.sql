-- Who is told by mail, without a word of what, that something of the front door waits for them. Nobody who is walled
-- from the person (people_not_walled), since a mail that leads to nothing tells them something.

-- Of a contact: who has it, else the team that holds triage.
CREATE OR REPLACE FUNCTION front_door_in_triage(of_contact bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH team AS (
    SELECT c.person_id, m.user_id, m.user_id = c.assigned_to_id AS has_it
      FROM front_door_contact c
      JOIN access_membership m ON m.organisation_id = c.organisation_id AND m.is_active
       AND 'access_point' = ANY (m.roles)
      JOIN access_membership_teams t ON t.membership_id = m.id AND t.team_id = c.team_id
     WHERE c.id = of_contact AND c.partnership_id = acting_partnership()
  ), able AS (
    SELECT people_not_walled(max(person_id), array_agg(user_id)) AS user_id FROM team HAVING count(*) > 0
  )
  SELECT t.user_id FROM team t JOIN able USING (user_id)
   WHERE t.has_it OR NOT EXISTS (SELECT FROM team o JOIN able USING (user_id) WHERE o.has_it)
$$;

-- Of a contact that a service returned: the same, where nobody else has it or is still asked.
CREATE OR REPLACE FUNCTION front_door_returned(of_contact bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT front_door_in_triage(c.id) FROM front_door_contact c
   WHERE c.id = of_contact AND c.handed_on_at IS NULL
     AND NOT EXISTS (SELECT FROM front_door_offer o WHERE o.contact_id = c.id AND o.status IN ('offered', 'accepted'))
$$;

-- Of an offer: those of the service that was asked who may answer it.
CREATE OR REPLACE FUNCTION front_door_to_answer(of_offer bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT people_not_walled(max(c.person_id), array_agg(m.user_id))
    FROM front_door_offer o
    JOIN front_door_contact c ON c.id = o.contact_id AND c.partnership_id = acting_partnership()
    JOIN cases_involvement i ON i.id = o.involvement_id
    JOIN access_membership m ON m.organisation_id = o.organisation_id AND m.is_active
     AND m.roles::text[] && ARRAY['practitioner', 'manager']
   WHERE o.id = of_offer AND o.status = 'offered'
     AND (i.team_id IS NULL OR EXISTS (SELECT FROM access_membership_teams t
                                        WHERE t.membership_id = m.id AND t.team_id = i.team_id))
  HAVING count(*) > 0
$$;

-- Offers whose time for an answer is over: those who were asked and those who asked are told, once for each offer.
CREATE OR REPLACE FUNCTION front_door_unanswered() RETURNS SETOF bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  RETURN QUERY
  WITH late AS (
    UPDATE front_door_offer o SET told_late_at = clock_timestamp()
      FROM front_door_contact c
     WHERE c.id = o.contact_id AND c.partnership_id = acting_partnership() AND o.status = 'offered'
       AND o.answer_due_at < now() AND o.told_late_at IS NULL AND acting_role('job:front_door_unanswered') IS TRUE
    RETURNING o.id, o.contact_id
  )
  SELECT front_door_to_answer(late.id) FROM late
  UNION
  SELECT front_door_in_triage(late.contact_id) FROM late;
END $$;

-- A wall goes up before somebody who has taken a contact, or a team of theirs, whoever set it and why: the contact is back in the queue, since
-- they see it no more and everybody else would take it for theirs.
CREATE OR REPLACE FUNCTION front_door_put_back_walled() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  freed record;
BEGIN
  FOR freed IN
    UPDATE front_door_contact c
       SET assigned_to_id = NULL, assigned_at = NULL, status = CASE c.status WHEN 'taken' THEN 'new' ELSE c.status END,
           version = c.version + 1
     WHERE c.assigned_to_id = ANY (ARRAY(
             SELECT NEW.user_id
             UNION ALL
             SELECT m.user_id FROM access_membership m JOIN access_membership_teams t ON t.membership_id = m.id
              WHERE t.team_id = NEW.team_id AND m.is_active))
       AND c.status IN ('taken', 'offered') AND c.handed_on_at IS NULL
       AND EXISTS (SELECT FROM people_walled_from(c.person_id) w WHERE w.user_id = NEW.user_id OR w.team_id = NEW.team_id)
    RETURNING c.id, c.status
  LOOP
    INSERT INTO front_door_contactstatus (id, contact_id, status, by_id, at, note)
      VALUES (new_id(), freed.id, freed.status, NULL, clock_timestamp(), 'Put back');
  END LOOP;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER front_door_put_back_walled AFTER INSERT ON people_wall
  FOR EACH ROW EXECUTE FUNCTION front_door_put_back_walled();
