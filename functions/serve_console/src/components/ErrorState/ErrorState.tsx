import { CircleAlert, RotateCw } from "lucide";
import { common } from "#texts/common";
import type { ApiError } from "../../api/errors";
import { Button } from "../Button/Button";
import { Icon } from "../Icon/Icon";
import { messageOf, titleOf } from "./messages";
import "./ErrorState.css";

interface Props {
  error: ApiError;
  onRetry?: () => void;
}

/** What is shown instead of what could not be read. */
export function ErrorState({ error, onRetry }: Props) {
  return (
    <div class="error-state" role="alert">
      <Icon of={CircleAlert} size={20} />
      <div>
        <h2>{titleOf(error)}</h2>
        <p>{messageOf(error)}</p>
        <Code error={error} />
        {onRetry && (
          <Button icon={RotateCw} onClick={onRetry}>
            {common.retry}
          </Button>
        )}
      </div>
    </div>
  );
}

/** What the API refused, within a form or a dialog. */
export function ErrorNote({ error }: { error: ApiError | undefined }) {
  if (!error) return null;
  return (
    <div class="error-note" role="alert">
      <Icon of={CircleAlert} />
      <div>
        <p>{messageOf(error)}</p>
        <Code error={error} />
      </div>
    </div>
  );
}

const Code = ({ error }: { error: ApiError }) =>
  error.status ? <code class="error-code">{common.errors.code(error.code, error.status)}</code> : null;
