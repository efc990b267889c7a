// What is shown where a screen cannot be: its code did not come, for want of a network, or it failed. The rest of the
// app goes on.
import { Component, type ReactNode } from "react";
import { Button } from "../elements/button.tsx";
import { useWords } from "../language/language.ts";

interface FaultBoundaryProps {
  /** Another place is another chance. */
  readonly place: string;
  readonly children: ReactNode;
}

interface FaultBoundaryState {
  readonly hasFailed: boolean;
}

export class FaultBoundary extends Component<FaultBoundaryProps, FaultBoundaryState> {
  override readonly state: FaultBoundaryState = { hasFailed: false };

  static getDerivedStateFromError(): FaultBoundaryState {
    return { hasFailed: true };
  }

  override componentDidCatch(error: unknown): void {
    console.warn(error);
  }

  override componentDidUpdate(before: FaultBoundaryProps): void {
    if (this.state.hasFailed && before.place !== this.props.place) {
      this.setState({ hasFailed: false });
    }
  }

  override render(): ReactNode {
    return this.state.hasFailed ? <Fault /> : this.props.children;
  }
}

function Fault() {
  const words = useWords();
  const message = navigator.onLine ? words.errors.internal : words.errors.unreachable;
  return (
    <div className="nothing-chosen" role="alert">
      <div className="stack">
        <p>{message}</p>
        {/* Code that did not come is not asked for again by the same page. */}
        <Button onClick={() => location.reload()}>{words.tryAgain}</Button>
      </div>
    </div>
  );
}
