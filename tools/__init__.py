"""What contributors run beside the tests: `make tests-of`, `make licences`, `make advisories`."""
