"""Migration operations that put a table under brand isolation."""

from typing import Any

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from brands.tenancy.models import BrandForeignKey, BrandOneToOneField

# Errors when app.brand_id is unset or empty: silent zero rows would defeat quota checks.
BRAND_IN_SCOPE = "current_setting('app.brand_id')::uuid"


class _TableOperation(Operation):
    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing changes for Django: this is about the database."""

    def _model(self, app_label: str, apps: Apps) -> Any:
        return apps.get_model(app_label, self.model_name)

    def _run(self, schema_editor: BaseDatabaseSchemaEditor, statements: list[str]) -> None:
        for statement in statements:
            schema_editor.execute(statement)


class BrandTable(_TableOperation):
    """Row-level security, UNIQUE (brand_id, id) and composite foreign keys for one model.

    `key` is the column that holds the brand: brand_id, or id for the brand itself.
    """

    def __init__(self, model_name: str, *, key: str = "brand_id") -> None:
        super().__init__(model_name)
        self.key = key

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (type(self).__name__, [self.model_name], {"key": self.key})

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        model = self._model(app_label, to_state.apps)
        table = model._meta.db_table
        statements = [
            f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
            f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
            f'CREATE POLICY brand_isolation ON "{table}" '
            f"USING ({self.key} = {BRAND_IN_SCOPE}) WITH CHECK ({self.key} = {BRAND_IN_SCOPE})",
        ]
        if self.key == "brand_id" and model._meta.pk.column == "id":
            statements.append(f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_brand_id_key" UNIQUE (brand_id, id)')
        self._run(schema_editor, statements + self._composite_keys(model))

    def _composite_keys(self, model: Any) -> list[str]:
        table = model._meta.db_table
        return [
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_{field.column}_brand_fk" '
            f"FOREIGN KEY (brand_id, {field.column}) "
            f'REFERENCES "{field.related_model._meta.db_table}" (brand_id, id) DEFERRABLE INITIALLY IMMEDIATE'
            for field in model._meta.local_fields
            if isinstance(field, BrandForeignKey | BrandOneToOneField)
        ]

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        table = self._model(app_label, from_state.apps)._meta.db_table
        self._run(
            schema_editor,
            [
                f'DROP POLICY brand_isolation ON "{table}"',
                f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY',
                f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
            ],
        )

    def describe(self) -> str:
        return f"Isolate {self.model_name} by brand"


class AppendOnly(_TableOperation):
    """Rows may be added and read, never changed or removed, by whatever role but maintenance and the owner."""

    refused = "UPDATE, DELETE, TRUNCATE"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (type(self).__name__, [self.model_name], {})

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        from brands.tenancy.roles import runtime_role

        table = self._model(app_label, to_state.apps)._meta.db_table
        self._run(schema_editor, [f'REVOKE {self.refused} ON "{table}" FROM "{runtime_role()}"'])

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        from brands.tenancy.roles import runtime_role

        table = self._model(app_label, from_state.apps)._meta.db_table
        self._run(
            schema_editor, [f'GRANT {self.refused.removesuffix(", TRUNCATE")} ON "{table}" TO "{runtime_role()}"']
        )

    def describe(self) -> str:
        return f"Make {self.model_name} append-only"


class ReadOnly(AppendOnly):
    """Rows come from functions of the database alone: the runtime role may read them."""

    refused = "INSERT, UPDATE, DELETE, TRUNCATE"

    def describe(self) -> str:
        return f"Make {self.model_name} read-only"


class DefinerFunction(Operation):
    """A SECURITY DEFINER function: a narrow door through row-level security, for runtime and maintenance.

    `signature` is the name with its arguments, `returns` the result, `body` the SQL or PL/pgSQL, `planning`
    SET clauses for its planner. A body that
    reads a brand's rows must repeat the brand test itself, or give away no more than one known secret.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(
        self,
        signature: str,
        *,
        returns: str,
        body: str,
        volatility: str = "STABLE",
        language: str = "sql",
        planning: str = "",
    ) -> None:
        self.signature = signature
        self.returns = returns
        self.body = body
        self.volatility = volatility
        self.language = language
        self.planning = planning

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        options = {"returns": self.returns, "body": self.body, "volatility": self.volatility}
        return (
            type(self).__name__,
            [self.signature],
            {**options, "language": self.language, "planning": self.planning},
        )

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Nothing changes for Django."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        from django.conf import settings

        prefix = settings.DATABASE_ROLE_PREFIX
        schema_editor.execute(
            f"CREATE FUNCTION {self.signature} RETURNS {self.returns} LANGUAGE {self.language} {self.volatility} "
            f"SECURITY DEFINER SET search_path = public, pg_temp {self.planning} AS $function${self.body}$function$"
        )
        schema_editor.execute(f"REVOKE ALL ON FUNCTION {self.signature} FROM PUBLIC")
        schema_editor.execute(
            f'GRANT EXECUTE ON FUNCTION {self.signature} TO "{prefix}_runtime", "{prefix}_maintenance"'
        )

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        schema_editor.execute(f"DROP FUNCTION {self.signature}")

    def describe(self) -> str:
        return f"Create definer function {self.signature}"


class NoDefinerFunction(DefinerFunction):
    """Takes one away; backwards it is there again."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        super().database_backwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        super().database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Drop definer function {self.signature}"
