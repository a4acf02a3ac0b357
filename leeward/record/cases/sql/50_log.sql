-- Which case a reference names, for the data protection lead who reads the log. They open no case, so sight does not
-- answer this. A case of somebody walled from them is answered as if there were none.
CREATE OR REPLACE FUNCTION cases_find_for_log(wanted text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT c.id FROM cases_case c
   WHERE acting_role('data_protection') AND c.partnership_id = acting_partnership() AND c.reference = upper(wanted)
     AND c.person_id <> ALL (acting_walls())
$$;
