import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** A view of the board under its heading, which has the focus when the view is new: a screen reader then says where one is. */
export const View = ({
  heading,
  name,
  children,
}: {
  heading: ComponentChildren;
  name: string;
  children: ComponentChildren;
}) => {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${name} · Hotfix board`;
    scrollTo(0, 0);
    title.current?.focus({ preventScroll: true });
  }, [name]);
  return (
    <>
      <h1 ref={title} tabIndex={-1}>
        {heading}
      </h1>
      {children}
    </>
  );
};

export const Refusal = ({ detail }: { detail: string | undefined }) =>
  detail === undefined ? null : (
    <p class="refusal" role="alert">
      {detail}
    </p>
  );
