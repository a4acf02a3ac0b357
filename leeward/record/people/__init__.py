"""Adults and children as persons of their own: names, relationships, contact details, what was learned when from whom.

Owns person records, the name index, claims of harm, links between two records of one person, and walls. A person
record is what one circle (a contact, a case and its family) knows of somebody; two records of one human are linked,
never merged. Never says who is a victim or a perpetrator by a label on a person. Never knows cases or contacts: they
give sight (`PersonSight`) through their own SQL functions.
"""
