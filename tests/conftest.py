"""Load the fakes that every test may ask for."""

pytest_plugins = ["tests.fakes.dynamodb_local"]
