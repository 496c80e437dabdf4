import { useWords } from '@/shared/i18n';
import { CopyLink } from '@/shared/ui/CopyLink';
import css from './Invitation.module.css';

export function Invitation({ link }: { link: string }) {
  const t = useWords();
  return (
    <div className={css.invitation}>
      <h2>{t('stage.alone')}</h2>
      <p>{t('stage.aloneHint')}</p>
      <p className={css.link}>{link.replace(/^https?:\/\//, '')}</p>
      <CopyLink link={link} label={t('controls.copyLink')} />
    </div>
  );
}
