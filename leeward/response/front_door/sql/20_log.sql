-- Whose record a contact's reference leads to, and what of theirs the front door has: for the data protection lead who
-- reads the log (see cases/sql/50_log.sql). A contact of somebody walled from them is as if there were none.
CREATE OR REPLACE FUNCTION front_door_person_for_log(wanted text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT c.person_id FROM front_door_contact c
   WHERE acting_role('data_protection') AND c.partnership_id = acting_partnership() AND c.reference = upper(wanted)
     AND c.person_id <> ALL (acting_walls())
$$;

CREATE OR REPLACE FUNCTION front_door_things_for_log(person bigint) RETURNS TABLE (kind text, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH theirs AS (
    SELECT c.id FROM front_door_contact c
     WHERE c.person_id = person AND acting_role('data_protection') AND c.partnership_id = acting_partnership()
       AND c.person_id <> ALL (acting_walls())
  )
  SELECT 'contact', t.id FROM theirs t
  UNION ALL SELECT 'offer', o.id FROM theirs t JOIN front_door_offer o ON o.contact_id = t.id
  UNION ALL SELECT 'receipt', r.id FROM theirs t JOIN front_door_receipt r ON r.contact_id = t.id
$$;
