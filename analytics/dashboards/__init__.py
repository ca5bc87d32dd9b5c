"""The staff admin's pages of analytics: the services of the API, drawn. Each module is one page."""
