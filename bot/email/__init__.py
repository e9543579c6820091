"""Email as a front end: letters from customers open and continue tickets, and answers go back as letters."""
