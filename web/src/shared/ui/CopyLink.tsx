import { Check, Link } from 'lucide-react';
import { useEffect, useState } from 'react';
import { announcer } from '../announcer';
import { copyText } from '../copy';
import { useWords } from '../i18n';
import { Button } from './Button';

/** Says on itself that it worked, and goes back to what it was. */
export function CopyLink({ link, label, look = 'primary' }: { link: string; label: string; look?: 'primary' | 'plain' }) {
  const t = useWords();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2500);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async (): Promise<void> => {
    if (!(await copyText(link))) return;
    setCopied(true);
    announcer.say(t('controls.linkCopied'));
  };
  return (
    <Button look={look} icon={copied ? <Check aria-hidden="true" /> : <Link aria-hidden="true" />} onClick={() => void copy()}>
      {copied ? t('controls.linkCopied') : label}
    </Button>
  );
}
