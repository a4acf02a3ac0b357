-- Contacts in triage that somebody has taken, for who administers the access point.
CREATE OR REPLACE FUNCTION front_door_left_by(who bigint, place bigint) RETURNS TABLE (kind text, number bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT 'contact', count(*) FROM front_door_contact c
   WHERE c.assigned_to_id = who AND c.organisation_id = place AND c.status IN ('taken', 'offered')
     AND c.handed_on_at IS NULL AND acting_administers(place) AND c.person_id <> ALL (acting_walls())
$$;

-- They have left: what they took goes back into the queue at once, with a line that says so. Those that a service was
-- asked to take stay offered. A wall of who administers stops nothing here: somebody waits for a call.
CREATE OR REPLACE FUNCTION front_door_let_go(who bigint, place bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
  freed front_door_contact;
  number bigint := 0;
BEGIN
  IF NOT acting_administers(place) THEN
    RETURN 0;
  END IF;
  FOR freed IN
    UPDATE front_door_contact c
       SET assigned_to_id = NULL, assigned_at = NULL, status = CASE c.status WHEN 'taken' THEN 'new' ELSE c.status END,
           version = c.version + 1
     WHERE c.assigned_to_id = who AND c.organisation_id = place AND c.status IN ('taken', 'offered')
       AND c.handed_on_at IS NULL
    RETURNING c.*
  LOOP
    INSERT INTO front_door_contactstatus (id, contact_id, status, by_id, at, note)
      VALUES (new_id(), freed.id, freed.status, acting_user(), clock_timestamp(), 'Put back: whoever had taken it has left');
    PERFORM audit_append('freed_contact', 'contact', freed.id, freed.person_id);
    -- What is answered is what stood on the page before (front_door_left_by): a wall of who administers is not told.
    IF freed.status = 'new' AND freed.person_id <> ALL (acting_walls()) THEN
      number := number + 1;
    END IF;
  END LOOP;
  RETURN number;
END $$;
