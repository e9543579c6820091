"""What `oncall` does beside showing who is on call: swapping, covering, the address of the rota as a calendar."""
