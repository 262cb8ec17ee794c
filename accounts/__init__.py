"""People and permission: who works here, for whom, and what each may do. Imports nothing of ours."""
