import { Download, File as FileIcon, FileArchive, FileAudio, FileImage, FileText, FileVideo, type LucideIcon } from 'lucide-react';
import { createElement, useState } from 'react';
import type { SharedFile } from '@/sdk/meeting/types';
import { useStore } from '@/shared/hooks/use_store';
import { language, useWords } from '@/shared/i18n';
import css from './Files.module.css';
import { frameOf } from './frame';
import { sizeOf } from './size';

/** A picture that is larger is a card: nobody asked for it to be fetched. */
const LARGEST_SHOWN = 10 * 1024 * 1024;

function iconFor(type: string): LucideIcon {
  if (type.startsWith('image/')) return FileImage;
  if (type.startsWith('audio/')) return FileAudio;
  if (type.startsWith('video/')) return FileVideo;
  if (type === 'application/zip') return FileArchive;
  return type.startsWith('text/') || type.includes('document') || type.endsWith('pdf') ? FileText : FileIcon;
}

const iconOf = (type: string) => createElement(iconFor(type), { className: css.icon, 'aria-hidden': true });

/** "PDF" of "Report.pdf": the shortest word for what it is, the same in every language. */
const endingOf = (name: string): string => /\.([^.]+)$/u.exec(name)?.[1]?.toUpperCase() ?? '';

/** What a message brings along. Everything is saved, nothing opened: what it is was said by a stranger. */
export function Files({ files, urlOf }: { files: readonly SharedFile[]; urlOf: (id: string) => string }) {
  return (
    <ul className={css.files}>
      {files.map((file) => (
        <li key={file.id}>
          <SharedOne file={file} url={urlOf(file.id)} />
        </li>
      ))}
    </ul>
  );
}

function SharedOne({ file, url }: { file: SharedFile; url: string }) {
  const t = useWords();
  const locale = useStore(language);
  const [broken, setBroken] = useState(false);
  const size = sizeOf(file.size, locale);
  const frame = file.type.startsWith('image/') && file.size <= LARGEST_SHOWN && !broken ? frameOf(file) : null;
  if (frame !== null) {
    return (
      <a className={css.picture} href={url} download={file.name} aria-label={t('chat.savePicture', { name: file.name, size })} title={file.name}>
        <img src={url} alt="" {...frame} loading="lazy" decoding="async" draggable={false} onError={() => setBroken(true)} />
      </a>
    );
  }
  return (
    <a className={css.card} href={url} download={file.name} aria-label={t('chat.saveFile', { name: file.name, size })}>
      {iconOf(file.type)}
      <span className={css.facts}>
        <bdi className={css.name}>{file.name}</bdi>
        <span className={css.size}>
          {endingOf(file.name)} · {size}
        </span>
      </span>
      <Download className={css.save} aria-hidden="true" />
    </a>
  );
}
