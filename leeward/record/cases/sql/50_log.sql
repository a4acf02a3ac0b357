-- Whose record a case's reference leads to, for the data protection lead who reads the log. They open no case, so sight
-- does not answer this. A case of somebody walled from them is answered as if there were none.
DROP FUNCTION IF EXISTS cases_find_for_log(text);
CREATE OR REPLACE FUNCTION cases_person_for_log(wanted text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT c.person_id FROM cases_case c
   WHERE acting_role('data_protection') AND c.partnership_id = acting_partnership() AND c.reference = upper(wanted)
     AND c.person_id <> ALL (acting_walls())
$$;

-- What is theirs in this room, by the log's kinds: their cases, and what can be looked at of each without their record.
CREATE OR REPLACE FUNCTION cases_things_for_log(person bigint) RETURNS TABLE (kind text, id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  WITH theirs AS (
    SELECT c.id FROM cases_case c
     WHERE c.person_id = person AND acting_role('data_protection') AND c.partnership_id = acting_partnership()
       AND c.person_id <> ALL (acting_walls())
  )
  SELECT 'case', t.id FROM theirs t
  UNION ALL SELECT 'involvement', i.id FROM theirs t JOIN cases_involvement i ON i.case_id = t.id
  UNION ALL SELECT 'note', n.id FROM theirs t JOIN cases_note n ON n.case_id = t.id
  UNION ALL SELECT 'task', k.id FROM theirs t JOIN cases_task k ON k.case_id = t.id
  UNION ALL SELECT 'document', d.id FROM theirs t JOIN cases_document d ON d.case_id = t.id
  UNION ALL SELECT 'breakglass', b.id FROM theirs t JOIN cases_breakglass b ON b.case_id = t.id
$$;
