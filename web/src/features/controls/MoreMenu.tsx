import { Ellipsis } from 'lucide-react';
import { useWords } from '@/shared/i18n';
import { Menu, type MenuItem } from '@/shared/ui/Menu';

/** The rarer things: two presses away. */
export function MoreMenu({ items, onOpenChange }: { items: readonly MenuItem[]; onOpenChange: (open: boolean) => void }) {
  const t = useWords();
  return <Menu label={t('controls.more')} icon={<Ellipsis aria-hidden="true" />} control="more" at="end" items={items} onOpenChange={onOpenChange} />;
}
