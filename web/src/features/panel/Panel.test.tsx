import { fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { Panel } from './Panel';

function Demo({ onClose }: { onClose: () => void }) {
  const [at, setAt] = useState('a');
  const tabs = ['a', 'b', 'c'].map((id) => ({ id, label: id, icon: null, badge: id === 'b' ? 3 : 0, spoken: id === 'b' ? 'b, new: 3' : undefined }));
  return (
    <Panel title="Panel" tabs={tabs} at={at} onSelect={setAt} onClose={onClose}>
      <input aria-label="field" />
    </Panel>
  );
}

describe('the panel', () => {
  it('has the focus on its tab when it opens, and its arrows go round', () => {
    render(<Demo onClose={vi.fn()} />);
    const tabs = screen.getAllByRole('tab');
    expect(document.activeElement).toBe(tabs[0]);
    fireEvent.keyDown(tabs[0] as HTMLElement, { key: 'ArrowLeft' });
    expect(document.activeElement).toBe(tabs[2]);
    expect(screen.getByRole('tabpanel', { name: 'c' })).toBeDefined();
    fireEvent.keyDown(tabs[2] as HTMLElement, { key: 'Home' });
    expect(document.activeElement).toBe(tabs[0]);
    expect(tabs.map((tab) => tab.tabIndex)).toEqual([0, -1, -1]);
  });

  it('closes by Escape, also out of a text field', () => {
    const onClose = vi.fn();
    render(<Demo onClose={onClose} />);
    fireEvent.keyDown(screen.getByLabelText('field'), { key: 'Escape' });
    expect(onClose).toHaveBeenCalledTimes(1);
  });

  it('says what is new in the name of the tab', () => {
    render(<Demo onClose={vi.fn()} />);
    expect(screen.getByRole('tab', { name: 'b, new: 3' })).toBeDefined();
  });
});
