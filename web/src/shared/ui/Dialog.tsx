import { X } from 'lucide-react';
import { useId, useLayoutEffect, useRef, type ReactNode } from 'react';
import { useWords } from '../i18n';
import css from './Dialog.module.css';
import { RoundButton } from './RoundButton';

interface Props {
  readonly title: string;
  /** Something inside waits for a key, and Escape is its own way out. */
  readonly holdsEscape?: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** The platform's own modal dialog: focus stays in, Escape closes, focus returns. */
export function Dialog({ title, holdsEscape = false, onClose, children }: Props) {
  const t = useWords();
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  // Closed while it is still in the document, or the focus would not go back to where it came from.
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (dialog !== null && !dialog.open) {
      dialog.showModal();
      // The title is read first, and no tip of a button lies on what is below it.
      heading.current?.focus();
    }
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      className={css.dialog}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        if (!holdsEscape) onClose();
      }}
      onClick={(event) => {
        if (event.target === ref.current) onClose();
      }}
    >
      <div className={css.sheet}>
        <div className={css.header}>
          <h2 ref={heading} id={id} tabIndex={-1}>{title}</h2>
          <RoundButton small look="ghost" label={t('close')} icon={<X aria-hidden="true" />} tipAt="below" onClick={onClose} />
        </div>
        {children}
      </div>
    </dialog>
  );
}
