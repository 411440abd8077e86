/*
 * Everything that pages import: `import { Button, useLoad } from "#core"`. It is one file, core.js, which starts the
 * console and which pages share.
 */
import { h, render } from "preact";
import "./styles/tokens.css";
import "./styles/base.css";
import "./app/theme";
import { App } from "./app/App";

export * from "preact";
export * from "preact/hooks";
export { jsx, jsxs } from "preact/jsx-runtime";
export { type Model, api, data, once, tagged } from "./api/client";
export { ApiError } from "./api/errors";
export { type Action, useAction } from "./api/useAction";
export { forget, shared, useShared } from "./api/shared";
export { useInterval } from "./api/useInterval";
export { type Loaded, useLoad } from "./api/useLoad";
export { upload } from "./api/upload";
export { type Page, type Pages, usePages } from "./api/usePages";
export { API, href } from "./app/addresses";
export { part } from "./app/Part";
export { type PageComponent, type PageProps } from "./app/page";
export { navigate, setQuery, usePlace } from "./app/router";
export { type Store, store, useStore } from "./app/store";
export { type Caller, caller, may, seesAll } from "./caller";
export { Ago } from "./components/Ago/Ago";
export { Avatar } from "./components/Avatar/Avatar";
export { Badge, type Tone } from "./components/Badge/Badge";
export { Button, IconButton, LinkButton } from "./components/Button/Button";
export { Checkbox } from "./components/Checkbox/Checkbox";
export { Code } from "./components/Code/Code";
export { Collection } from "./components/Collection/Collection";
export { Columns, Row, Stack } from "./components/Columns/Columns";
export { type Choice, Combobox } from "./components/Combobox/Combobox";
export { DeleteDialog } from "./components/DeleteDialog/DeleteDialog";
export { Dialog } from "./components/Dialog/Dialog";
export { EmptyState } from "./components/EmptyState/EmptyState";
export { ErrorNote, ErrorState } from "./components/ErrorState/ErrorState";
export { Facts } from "./components/Facts/Facts";
export { Field, SelectField, TextArea, TextField } from "./components/Field/Field";
export { Icon } from "./components/Icon/Icon";
export { JobActions, JobProgress, JobState, isUnfinished } from "./components/JobState/JobState";
export { JsonEditor, JsonView } from "./components/Json/Json";
export { LinesField } from "./components/LinesField/LinesField";
export { LoadMore } from "./components/LoadMore/LoadMore";
export { Menu, type MenuItem } from "./components/Menu/Menu";
export { PageHeader } from "./components/PageHeader/PageHeader";
export { Panel } from "./components/Panel/Panel";
export { Progress } from "./components/Progress/Progress";
export { SecretDialog } from "./components/SecretDialog/SecretDialog";
export { Bone, Skeleton } from "./components/Skeleton/Skeleton";
export { Stat, Stats } from "./components/Stat/Stat";
export type { Column } from "./components/Table/columns";
export { type Selection, Table } from "./components/Table/Table";
export { Tabs } from "./components/Tabs/Tabs";
export { Tag } from "./components/Tag/Tag";
export { TagCloud } from "./components/TagCloud/TagCloud";
export { toast, toastError } from "./components/Toast/Toast";
export { Tooltip } from "./components/Tooltip/Tooltip";
export { VersionConflict } from "./components/VersionConflict/VersionConflict";
export { classes } from "./components/classes";
export * from "./format";
export { common } from "#texts/common";

const root = document.getElementById("app");
if (root) render(h(App, {}), root);
