"""What every capability stands on: months, money, clock, audit, encryption, scope, queue. Imports nothing of ours."""
