from rtfm_mmaction.workshop.cli.ablation import main

if __name__ == '__main__':
    raise SystemExit(main())
