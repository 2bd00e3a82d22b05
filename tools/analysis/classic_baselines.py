from rtfm_mmaction.workshop.cli.classic_baselines import main

if __name__ == '__main__':
    main()
