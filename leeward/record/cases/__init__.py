"""Cases: one episode of help for one person. Who is involved, the chronology, notes, tasks, documents, closing.

Owns involvement (each share is one row that the database enforces) and the sight that follows from it. A case of a
child and a case of a person causing harm stay apart from hers. Never decides risk, and never knows how a contact came.
"""
