"""What a program that watches over Vigie reads: metrics, and traces."""
