"""The front end for programs: `/api/v1`. It translates what comes in over HTTP to verbs and looks, and what comes of
them to JSON; what it offers is described by the document that it serves at `/api/v1/openapi.json`."""
