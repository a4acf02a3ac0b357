-- Looks for a safe place that somebody began and that are open, for who administers their organisation.
CREATE OR REPLACE FUNCTION accommodation_left_by(who bigint, place bigint) RETURNS TABLE (kind text, number bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT 'need', count(*) FROM accommodation_need n
   WHERE n.opened_by_id = who AND n.organisation_id = place AND n.status = 'open'
     AND acting_administers(place) AND n.person_id <> ALL (acting_walls())
$$;
