-- Seats at MARACs that somebody has for an organisation, for who administers it.
CREATE OR REPLACE FUNCTION marac_left_by(who bigint, place bigint) RETURNS TABLE (kind text, number bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT 'seat', count(*) FROM marac_seat s
   WHERE s.user_id = who AND s.organisation_id = place AND s.ended_at IS NULL AND acting_administers(place)
$$;
