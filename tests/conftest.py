"""Load the fakes that every test may ask for."""

pytest_plugins = [
    "tests.fakes.checked_requests",
    "tests.fakes.compiled_functions",
    "tests.fakes.demo_server",
    "tests.fakes.dynamodb_local",
    "tests.fakes.fault_proxy",
    "tests.fakes.moto_server",
    "tests.fakes.postgres_server",
]
